"""A bus in memory with one member, which a test can let die at any of its commits and polls."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping

from arf.kit.bus.partitioner import partition_of
from arf.kit.bus.port import NOTHING, Lag, Message, PartitionsLost, Record, Slot, TopicSpec


class Died(BaseException):
    """The process came to its end here."""


class MemoryBus:
    """A Bus; `at` is asked before and after each commit, and at each poll, and may raise what happens there."""

    def __init__(self, at: Callable[[str], None] = lambda _: None) -> None:
        self.at = at
        self.committed: dict[tuple[str, Slot], int] = {}
        self.epoch = 0
        self.slow_polls = 0
        """How many polls give nothing yet, whatever is there."""
        self._logs: dict[str, list[list[Record]]] = {}

    def create_topics(self, specs: Iterable[TopicSpec]) -> None:
        for spec in specs:
            self._logs.setdefault(spec.name, [[] for _ in range(spec.partitions)])

    def partitions(self, topic: str) -> int:
        return len(self._logs[topic])

    def publish(self, messages: Iterable[Message]) -> None:
        for message in messages:
            self.write(partition_of(message.key, self.partitions(message.topic)), message)

    def write(self, partition: int, message: Message) -> None:
        """Puts a message into a partition of any number, as other clients may."""
        log, now_ms = self._logs[message.topic][partition], time.time_ns() // 1_000_000
        headers = dict(message.headers)
        log.append(Record(message.topic, partition, len(log), message.key, message.value, headers, now_ms))

    def consumer(self, group: str, topics: Collection[str]) -> MemoryConsumer:
        self._member = MemoryConsumer(self, group, [Slot(t, p) for t in topics for p in range(self.partitions(t))])
        return self._member

    def take_away_and_give_back(self) -> None:
        """The member loses its partitions and has them again: what it polled and did not commit comes again."""
        self._member.begin()

    def read(self, topic: str, start: Mapping[int, int] | None = None) -> Iterator[Record]:
        begin = dict.fromkeys(range(self.partitions(topic)), 0) if start is None else start
        return iter([record for partition, at in begin.items() for record in self._logs[topic][partition][at:]])

    def offsets(self, topic: str, since_ms: int) -> Mapping[int, int]:
        return {n: sum(r.timestamp_ms < since_ms for r in log) for n, log in enumerate(self._logs[topic])}

    def lag(self, group: str, topics: Collection[str]) -> list[Lag]:
        slots = [Slot(topic, partition) for topic in topics for partition in range(self.partitions(topic))]
        return [Lag(slot, len(self.log(slot)) - self.committed.get((group, slot), 0), 0.0) for slot in slots]

    def log(self, slot: Slot) -> list[Record]:
        """All records of a partition."""
        return self._logs[slot.topic][slot.partition]

    def close(self) -> None:
        pass


class MemoryConsumer:
    """A Consumer that holds all partitions."""

    def __init__(self, bus: MemoryBus, group: str, slots: Collection[Slot]) -> None:
        self._bus, self._group, self._slots = bus, group, slots
        self._position: dict[Slot, int] = defaultdict(int)
        self.begin()

    def begin(self) -> None:
        """Takes all partitions over anew."""
        self._bus.epoch += 1
        self._held = dict.fromkeys(self._slots, self._bus.epoch)
        self.rewind()

    def poll(self, limit: int, timeout: float, paused: Collection[Slot] = ()) -> list[Record]:
        found: list[Record] = []
        epoch = self._bus.epoch
        slow, self._bus.slow_polls = self._bus.slow_polls > 0, max(0, self._bus.slow_polls - 1)
        for slot in self._held:
            if slot not in paused and not slow:
                more = self._bus.log(slot)[self._position[slot] :][: limit - len(found)]
                self._position[slot] += len(more)
                found += more
        self._bus.at("poll" if found else "idle")
        # Taken away and given back within the poll, they come again with the next one, as from any bus.
        return found if self._bus.epoch == epoch else []

    def assignment(self) -> Mapping[Slot, int]:
        return dict(self._held)

    def commit(
        self, consumed: Iterable[Record], produced: Iterable[Message], holding: Mapping[Slot, int] = NOTHING
    ) -> None:
        records = list(consumed)
        assert records or holding
        self._bus.at("before commit")
        stale = [slot for slot, epoch in holding.items() if self._held.get(slot) != epoch]
        if stale := stale + [record.slot for record in records if record.offset >= self._position[record.slot]]:
            raise PartitionsLost(stale)
        self._bus.publish(produced)
        for record in records:
            place = (self._group, record.slot)
            self._bus.committed[place] = max(record.offset + 1, self._bus.committed.get(place, 0))
        self._bus.at("after commit")

    def rewind(self) -> None:
        for slot in self._held:
            self._position[slot] = self._bus.committed.get((self._group, slot), 0)

    def close(self) -> None:
        pass
