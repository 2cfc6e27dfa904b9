"""A call as a model sees it: with placeholders for personal data, or unchanged."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from arf.privacy.redaction.placeholders import Placeholders
from arf.privacy.redaction.redactor import POLICY, redact
from arf.v1.transcript_pb2 import Call, Role


@dataclass(frozen=True, slots=True)
class ShownCall:
    """The `call` that a model sees, the `original`, and the `placeholders` by which a reply is restored.

    `counts` is the number of redacted stretches by kind, `policy` the rules applied; both empty without redaction.
    """

    original: Call
    call: Call
    placeholders: Placeholders = field(default_factory=Placeholders)
    counts: Mapping[str, int] = field(default_factory=dict)
    policy: str = ""


def show(call: Call, *, redaction: bool) -> ShownCall:
    """The call with personal data redacted, or unchanged."""
    return show_with(call)[0] if redaction else ShownCall(call, call)


def show_with(call: Call, texts: Iterable[str] = ()) -> tuple[ShownCall, list[str]]:
    """The redacted call, and texts about it in which each value has the same placeholder."""
    joined = Call()
    joined.CopyFrom(call)
    for text in texts:
        joined.turns.add(role=Role.ROLE_AGENT, text=text)
    redacted = redact(joined)
    said = [turn.text for turn in redacted.call.turns[len(call.turns) :]]
    del redacted.call.turns[len(call.turns) :]
    return ShownCall(call, redacted.call, redacted.placeholders, redacted.counts, POLICY), said
