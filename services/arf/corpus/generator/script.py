"""The parts of a scenario: issues, acts, and the lines that state them."""

from __future__ import annotations

from dataclasses import dataclass, field

from arf.corpus.generator.values import Value
from arf.v1.transcript_pb2 import Role


@dataclass(eq=False)
class Act:
    """One act of an issue: actor, status, and parameters by slot."""

    kind: str
    status: str
    slot: str
    actor: Role
    condition: str = ""
    transfer: bool = False
    values: dict[str, Value] = field(default_factory=dict)


@dataclass(eq=False)
class Issue:
    """A reason for contact with its acts in order; `result` is resolved or unresolved if no act implies it."""

    id: str
    reason: str
    values: dict[str, Value]
    acts: list[Act]
    result: str = ""
    request: str = ""


@dataclass(eq=False)
class Said:
    """What a line establishes: its issue's reason, request or result, or one of its acts."""

    what: str
    act: Act | None = None


@dataclass(eq=False)
class Line:
    """One phrase of one speaker, with its value slots still open."""

    role: Role
    text: str
    values: dict[str, Value]
    issue: Issue
    says: tuple[Said, ...] = ()
    marker: str = ""


@dataclass(eq=False)
class Scenario:
    """A call before it is worded for its channel."""

    channel: str
    split: str
    company: Role
    issues: list[Issue]
    lines: list[Line]
    features: frozenset[str]
