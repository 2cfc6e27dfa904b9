"""What a bus is: topics of partitions, each an append-only log, read by groups whose members share the partitions.

An adapter passes tests/integration/bus whole. Everything blocks: call it from a thread of its own, never from an event
loop.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol

from arf.kit.errors import ArfError, InvalidRecord

MAX_VALUE_BYTES = 1_000_000
"""The largest value: a Kafka request takes 1 MiB by default, and a dead letter puts an envelope around a value."""

ENVELOPE_BYTES = 16_384
"""What key and headers may add to a value, with what a dead letter puts around it."""

NOT_TEXT = "\N{REPLACEMENT CHARACTER}"
"""What stands in keys and headers for bytes that are no UTF-8: other clients may write them, ARF never does."""


class Slot(NamedTuple):
    """One partition of one topic."""

    topic: str
    partition: int

    def __str__(self) -> str:
        return f"{self.topic}[{self.partition}]"


@dataclass(frozen=True, slots=True)
class Message:
    """What is published: records of one key stay in order, `value` is at most MAX_VALUE_BYTES."""

    topic: str
    key: str
    value: bytes
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def size(self) -> int:
        """The bytes of its value, key and headers."""
        texts = (self.key, *self.headers, *self.headers.values())
        return len(self.value) + sum(len(text.encode()) for text in texts)


@dataclass(frozen=True, slots=True)
class Record:
    """A published message and its place in the log. Offsets of a partition grow, but need not be consecutive.

    Where other clients wrote it, a key, header or value that they left out is empty, and one may be larger than ARF's.
    """

    topic: str
    partition: int
    offset: int
    key: str
    value: bytes
    headers: Mapping[str, str]
    timestamp_ms: int

    @property
    def slot(self) -> Slot:
        """The partition that holds it."""
        return Slot(self.topic, self.partition)


@dataclass(frozen=True, slots=True)
class TopicSpec:
    """A topic to create. The partition count is fixed from then on, or keys would change their partition.

    `retention_s` is how long records are kept, None for ever; a `compacted` topic keeps the last record of each key.
    With `changing`, a topic that exists is given this retention.
    """

    name: str
    partitions: int = 4
    retention_s: int | None = None
    compacted: bool = False
    changing: bool = False


@dataclass(frozen=True, slots=True)
class Lag:
    """How far a group is behind on one partition.

    `records` is an upper bound that is exact at zero: on Kafka the markers that end transactions have offsets too.
    `oldest_age_s` is the age of the first record that is not committed yet, in seconds; 0 if there is none.
    """

    slot: Slot
    records: int
    oldest_age_s: float


class PartitionsLost(ArfError):
    """Another member of the group has these partitions now: nothing was committed, work on their records is void."""

    def __init__(self, slots: Collection[Slot]) -> None:
        super().__init__("another worker took over " + ", ".join(str(slot) for slot in sorted(slots)))
        self.slots = frozenset(slots)


NOTHING: Mapping[Slot, int] = {}
"""No partitions."""


class Consumer(Protocol):
    """One member of a group, for one thread."""

    def poll(self, limit: int, timeout: float, paused: Collection[Slot] = ()) -> list[Record]:
        """Up to `limit` next records, waiting up to `timeout` seconds for the first; none from `paused` partitions.

        It also keeps the membership and takes part in rebalances, so call it every few seconds, with limit 0 while
        there is other work. A record comes once, and again only after `rewind` or to another member. An unreachable bus
        gives none.
        """
        ...

    def assignment(self) -> Mapping[Slot, int]:
        """The partitions held now, each with a number that differs every time it is taken over anew."""
        ...

    def commit(
        self, consumed: Iterable[Record], produced: Iterable[Message], holding: Mapping[Slot, int] = NOTHING
    ) -> None:
        """Publishes `produced` and marks `consumed`, and all before them in their partitions, as done: both or neither.

        `consumed` are records of this consumer; `holding` names partitions, with their numbers by `assignment`, for
        which something is produced though none of their records is consumed. One of the two names a partition. Raises
        PartitionsLost, nothing being committed, if a partition went to another member since its records were polled, or
        has another number. Raises Unavailable if the bus does not answer for long: then only `rewind` tells what was
        committed.
        """
        ...

    def rewind(self) -> None:
        """Goes back to what is committed: records polled but not committed come again. Raises Unavailable."""
        ...

    def close(self) -> None:
        """Leaves the group, so that others take over at once; nothing more is committed. Closing twice is no error."""
        ...


class Bus(Protocol):
    """A log of topics. Every method raises NotFound for an unknown topic, Unavailable if the bus does not answer."""

    def create_topics(self, specs: Iterable[TopicSpec]) -> None:
        """Creates those that do not exist, and changes the retention of others where the spec says so.

        Raises InvalidRecord if one exists with another partition count.
        """
        ...

    def partitions(self, topic: str) -> int:
        """How many partitions a topic has."""
        ...

    def publish(self, messages: Iterable[Message]) -> None:
        """All messages or none, durable when it returns. Raises InvalidRecord for one that is too large."""
        ...

    def consumer(self, group: str, topics: Collection[str]) -> Consumer:
        """A new member of `group`, which starts at what the group has committed, at first with the oldest record."""
        ...

    def read(self, topic: str, start: Mapping[int, int] | None = None) -> Iterator[Record]:
        """Committed records that the log holds at the time of the call, in order within each partition.

        `start` gives partitions and their first offsets; without it, all partitions from their oldest record. A record
        that was committed before the call is never missed: the reader waits for transactions that are open below it.
        """
        ...

    def lag(self, group: str, topics: Collection[str]) -> list[Lag]:
        """How far the group is behind, for each partition of the topics, in their order."""
        ...

    def close(self) -> None:
        """Closes what the bus itself holds open; its consumers are closed by whoever made them."""
        ...


def check_size(message: Message) -> None:
    """Raises InvalidRecord for a message that no bus takes: adapters call it before they write anything."""
    if (size := message.size) > (limit := MAX_VALUE_BYTES + ENVELOPE_BYTES):
        raise InvalidRecord("value", f"{size:,} bytes for {message.topic}, with key and headers, are over {limit:,}")
