"""Defines a keyed stage: its topics, its handler, and what the handler returns."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from arf.kit.bus.dlq import DLQ
from arf.kit.bus.no_output import NoOutput
from arf.kit.bus.port import Record, TopicSpec
from arf.kit.bus.stage import DependencyProbe


@dataclass(frozen=True, slots=True)
class KeyedOutput:
    """An output of a keyed stage: a serialised message of type `schema` for a topic, under the state's key.

    `headers` are the stage's own; the standard ones come from the record.
    """

    topic: str
    value: bytes
    schema: str
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Change:
    """What a handler returns for a key: its new state (None to forget it) and its outputs.

    `timers` are the times, in seconds since 1970 in UTC, at which to call the handler again without a record; they
    replace earlier ones, and those that have passed are dropped.
    """

    state: bytes | None
    outputs: Sequence[KeyedOutput] = ()
    timers: Collection[float] = ()


KeyedHandler = Callable[[str, bytes | None, Sequence[Record], float], Awaitable[Change | NoOutput]]
"""Takes a key, its state (None at first), its records in order and the time; returns the change.

Without records a timer has fired. It is called one at a time for a key, concurrently for different keys, on the
service's event loop. An ArfError that it raises concerns the records that it was given.
"""


class Background(Protocol):
    """Slow work that handlers start and do not wait for: the key's next turn, which then comes by itself, takes it.

    The worker's thread calls these methods.
    """

    def busy(self) -> bool:
        """Whether work is in progress; the worker then looks for results often."""
        ...

    def finished(self) -> Collection[str]:
        """The keys whose results have not been taken."""
        ...

    def drop(self, key: str) -> None:
        """Drops the key's work: another worker has its partition, or the key was forgotten."""
        ...


@dataclass(frozen=True, slots=True)
class KeyedStage:
    """A keyed stage; its name is its consumer group and part of its outputs' ids.

    `changelog` is the compacted topic of the states, with as many partitions as `input`. `remembered` is how many of a
    key's newest event ids its state keeps, to recognise duplicates.
    """

    name: str
    input: str
    outputs: Collection[str]
    changelog: str
    handler: KeyedHandler
    dlq: str = DLQ
    answers: DependencyProbe | None = None
    remembered: int = 4096
    background: Background | None = None


def changelog_spec(topic: str, partitions: int) -> TopicSpec:
    """The changelog topic to create for an input with that many partitions."""
    return TopicSpec(topic, partitions, compacted=True)
