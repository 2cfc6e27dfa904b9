"""What a keyed stage is: its topics, its handler, and what the handler makes of a key's records."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass

from arf.kit.bus.dlq import DLQ
from arf.kit.bus.no_output import NoOutput
from arf.kit.bus.port import Record, TopicSpec
from arf.kit.bus.stage import DependencyProbe


@dataclass(frozen=True, slots=True)
class KeyedOutput:
    """What a keyed stage makes: the bytes of a message of type `schema` for a topic, under the key of the state."""

    topic: str
    value: bytes
    schema: str


@dataclass(frozen=True, slots=True)
class Change:
    """What becomes of a key: its state from now on, None to forget it, and what is made of it.

    `timers` are all the times, in seconds since 1970 in UTC, at which the handler wants to be called again though no
    record came; those that have passed are dropped.
    """

    state: bytes | None
    outputs: Sequence[KeyedOutput] = ()
    timers: Collection[float] = ()


KeyedHandler = Callable[[str, bytes | None, Sequence[Record], float], Awaitable[Change | NoOutput]]
"""Takes a key, its state (None at first), its records in order and the time; says what becomes of the key.

Without records it is a timer that has come. It is called once at a time for a key, for different keys at the same time,
and runs on the service's event loop. An ArfError concerns the records that it was given.
"""


@dataclass(frozen=True, slots=True)
class KeyedStage:
    """What a keyed worker does; its name is its consumer group and part of its outputs' ids.

    `changelog` is the topic that holds the states: compacted, with as many partitions as `input`. `remembered` is how
    many event ids are kept of a key, the newest, to recognise what comes twice.
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
    """The changelog to create for an input of so many partitions."""
    return TopicSpec(topic, partitions, compacted=True)
