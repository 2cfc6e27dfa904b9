"""The port to a bus: topics of partitions, each an append-only log, read by groups whose members share the partitions.

Every adapter passes tests/integration/bus. All calls block: make them from a thread, never from an event loop.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol

from arf.kit.errors import ArfError, InvalidRecord

MAX_VALUE_BYTES = 1_000_000
"""Largest value of a record: a Kafka request takes 1 MiB by default, and a dead letter adds an envelope."""

ENVELOPE_BYTES = 16_384
"""What key, headers and a dead letter's envelope may add to a value."""

NOT_TEXT = "\N{REPLACEMENT CHARACTER}"
"""Stands in keys and headers for bytes that are not UTF-8, which only other clients write."""


class Slot(NamedTuple):
    """One partition of one topic."""

    topic: str
    partition: int

    def __str__(self) -> str:
        return f"{self.topic}[{self.partition}]"


@dataclass(frozen=True, slots=True)
class Message:
    """A message to publish: messages of one key stay in order, `value` is at most MAX_VALUE_BYTES."""

    topic: str
    key: str
    value: bytes
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def size(self) -> int:
        """Bytes of its value, key and headers together."""
        texts = (self.key, *self.headers, *self.headers.values())
        return len(self.value) + sum(len(text.encode()) for text in texts)


@dataclass(frozen=True, slots=True)
class Record:
    """A published message and its place in the log. Offsets of a partition grow, but need not be consecutive.

    If another client wrote it, a missing key, header or value is empty here, and it may be larger than ARF's limits.
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
        """The partition that it is in."""
        return Slot(self.topic, self.partition)


@dataclass(frozen=True, slots=True)
class TopicSpec:
    """A topic to create. Its partition count is fixed from then on, or keys would change their partition.

    `retention_s` is how long records are kept, None for ever; a `compacted` topic keeps the last record of each key.
    With `changing`, an existing topic gets this retention too.
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
    """Another member of the group has taken over these partitions: nothing was committed, drop the work on them."""

    def __init__(self, slots: Collection[Slot]) -> None:
        super().__init__("another worker took over " + ", ".join(str(slot) for slot in sorted(slots)))
        self.slots = frozenset(slots)


NOTHING: Mapping[Slot, int] = {}
"""No partitions."""


class Consumer(Protocol):
    """One member of a group. Not thread-safe."""

    def poll(self, limit: int, timeout: float, paused: Collection[Slot] = ()) -> list[Record]:
        """Up to `limit` next records, waiting up to `timeout` seconds for the first; none from `paused` partitions.

        It also keeps the membership alive and takes part in rebalances, so call it every few seconds, with limit 0
        while there is other work. A record is returned once, and again only after `rewind` or to another member. An
        unreachable bus returns none.
        """
        ...

    def assignment(self) -> Mapping[Slot, int]:
        """The partitions held now, each with its epoch, which changes whenever it is taken over."""
        ...

    def commit(
        self, consumed: Iterable[Record], produced: Iterable[Message], holding: Mapping[Slot, int] = NOTHING
    ) -> None:
        """Publishes `produced` and marks `consumed`, and all before them in their partitions, as done: both or neither.

        `consumed` are records of this consumer; `holding` names partitions, with their epochs from `assignment`, for
        which something is produced though none of their records is consumed. One of the two must name a partition.
        Raises PartitionsLost, with nothing committed, if a partition went to another member since its records were
        polled, or its epoch differs. Raises Unavailable if the bus does not answer for long: then it may have been
        committed or not, and `rewind` goes by what was.
        """
        ...

    def rewind(self) -> None:
        """Goes back to the committed offsets: uncommitted records are returned again. Raises Unavailable."""
        ...

    def close(self) -> None:
        """Leaves the group without a commit, so that others take over at once. Closing twice is no error."""
        ...


class Bus(Protocol):
    """A log of topics. Every method raises NotFound for an unknown topic, Unavailable if the bus does not answer."""

    def create_topics(self, specs: Iterable[TopicSpec]) -> None:
        """Creates missing topics, and changes the retention of existing ones where `changing` is set.

        Raises InvalidRecord if one exists with another partition count.
        """
        ...

    def partitions(self, topic: str) -> int:
        """The partition count of a topic."""
        ...

    def publish(self, messages: Iterable[Message]) -> None:
        """Publishes all messages or none; durable when it returns. Raises InvalidRecord if one is too large."""
        ...

    def consumer(self, group: str, topics: Collection[str]) -> Consumer:
        """A new member of `group`, which starts at the group's committed offsets, or else at the oldest record."""
        ...

    def read(self, topic: str, start: Mapping[int, int] | None = None) -> Iterator[Record]:
        """The committed records at the time of the call, in order within each partition.

        `start` gives partitions and their first offsets; without it, all partitions from their oldest record. A record
        that was committed before the call is never missed: the reader waits for open transactions before it.
        """
        ...

    def offsets(self, topic: str, since_ms: int) -> Mapping[int, int]:
        """For each partition, the offset of its first record from a time on, in milliseconds since 1970.

        It is the end of the partition if there is no such record.
        """
        ...

    def lag(self, group: str, topics: Collection[str]) -> list[Lag]:
        """The group's lag on each partition of the topics, in order."""
        ...

    def close(self) -> None:
        """Closes the bus's own connections; consumers are closed by whoever made them."""
        ...


def check_size(message: Message) -> None:
    """Raises InvalidRecord for a message that is too large for any bus; adapters check before they write."""
    if (size := message.size) > (limit := MAX_VALUE_BYTES + ENVELOPE_BYTES):
        raise InvalidRecord("value", f"{size:,} bytes for {message.topic}, with key and headers, are over {limit:,}")
