"""Defines a keyed stage: its topics, its handler, and what the handler returns."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass

from arf.kit.bus.dlq import DLQ
from arf.kit.bus.no_output import NoOutput
from arf.kit.bus.port import Record, TopicSpec
from arf.kit.bus.stage import DependencyProbe


@dataclass(frozen=True, slots=True)
class KeyedOutput:
    """An output of a keyed stage: a serialised message of type `schema` for a topic, under the state's key."""

    topic: str
    value: bytes
    schema: str


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


def changelog_spec(topic: str, partitions: int) -> TopicSpec:
    """The changelog topic to create for an input with that many partitions."""
    return TopicSpec(topic, partitions, compacted=True)
