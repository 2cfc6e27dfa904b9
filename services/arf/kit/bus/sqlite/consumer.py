"""A group member on the SQLite bus: polls its partitions, renews its leases, commits under their generations."""

from __future__ import annotations

import logging
import time
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from sqlite3 import Connection
from typing import NoReturn
from uuid import uuid4

from arf.kit.bus.port import NOTHING, Message, PartitionsLost, Record, Slot
from arf.kit.bus.sqlite import group, log
from arf.kit.bus.sqlite.database import BusFile
from arf.kit.errors import Unavailable

logger = logging.getLogger(__name__)

_IDLE_S = 0.05
_SWEEP_S = 600.0


@dataclass(slots=True)
class _Lease:
    """A held partition: records in [committed, position) were polled but not committed."""

    generation: int
    committed: int
    position: int
    surplus: bool = False


class SqliteConsumer:
    """A Consumer on SQLite; its leases expire after `session_s` unless a poll renews them."""

    def __init__(self, database: BusFile, name: str, topics: Collection[str], session_s: float) -> None:
        self._database = database
        self._me = group.Member(name, uuid4().hex, time.time(), session_s)
        with database.reading() as connection:
            self._topics = {topic: log.topic(connection, topic) for topic in sorted(topics)}
        self._leases: dict[Slot, _Lease] = {}
        self._renewed_at = self._swept_at = float("-inf")
        self._turn = 0
        self._closed = False

    def poll(self, limit: int, timeout: float, paused: Collection[Slot] = ()) -> list[Record]:
        deadline = time.monotonic() + timeout
        while True:
            records: list[Record] = []
            try:
                self._keep_membership()
                records = self._fetch(limit, paused) if limit else []
            except Unavailable as error:
                logger.warning("the bus does not answer: %s", error)
            remaining = deadline - time.monotonic()
            if records or remaining <= 0:
                return records
            time.sleep(min(_IDLE_S, remaining))

    def assignment(self) -> Mapping[Slot, int]:
        return {slot: lease.generation for slot, lease in self._leases.items()}

    def commit(
        self, consumed: Iterable[Record], produced: Iterable[Message], holding: Mapping[Slot, int] = NOTHING
    ) -> None:
        upto: dict[Slot, int] = {}
        stale = {slot for slot, epoch in holding.items() if self.assignment().get(slot) != epoch}
        for record in consumed:
            lease = self._leases.get(record.slot)
            if lease is None or not lease.committed <= record.offset < lease.position:
                stale.add(record.slot)
            upto[record.slot] = max(record.offset + 1, upto.get(record.slot, 0))
        if not upto and not holding:
            raise ValueError("nothing consumed or held: publish() is for messages alone")
        if stale:
            self._lose(stale)
        with self._database.writing() as connection:
            for slot in upto.keys() | holding.keys():
                topic = self._topics[slot.topic]
                now_held = group.held(connection, self._me, topic).get(slot.partition)
                if now_held != self._leases[slot].generation:
                    stale.add(slot)
            if stale:
                self._lose(stale)
            log.append(connection, produced)
            for slot, offset in upto.items():
                group.advance(connection, self._me.group, self._topics[slot.topic], slot.partition, offset)
        for slot, offset in upto.items():
            self._leases[slot].committed = offset

    def rewind(self) -> None:
        with self._database.reading() as connection:
            for slot, lease in self._leases.items():
                topic = self._topics[slot.topic]
                lease.committed = group.progress(connection, self._me.group, topic, slot.partition)
                lease.position = lease.committed

    def close(self) -> None:
        if self._closed:
            return
        self._closed = True
        try:
            with self._database.writing() as connection:
                for topic in self._topics.values():
                    group.leave(connection, self._me, topic)
        except Unavailable as error:
            logger.warning("could not leave group %s, its session will expire: %s", self._me.group, error)
        finally:
            self._leases.clear()
            self._database.close()

    def _lose(self, stale: Collection[Slot]) -> NoReturn:
        for slot in stale:
            self._leases.pop(slot, None)
        raise PartitionsLost(stale)

    def _fetch(self, limit: int, paused: Collection[Slot]) -> list[Record]:
        slots = [slot for slot, lease in sorted(self._leases.items()) if slot not in paused and not lease.surplus]
        self._turn += 1
        first = self._turn % len(slots) if slots else 0
        records: list[Record] = []
        with self._database.reading() as connection:
            for slot in slots[first:] + slots[:first]:
                lease = self._leases[slot]
                topic = self._topics[slot.topic]
                found = log.fetch(connection, topic, slot.partition, lease.position, limit - len(records))
                if found:
                    lease.position = found[-1].offset + 1
                    records += found
        return records

    def _keep_membership(self) -> None:
        """Renews the leases and rebalances the partitions, a few times in each session."""
        now = time.monotonic()
        if now - self._renewed_at < self._me.session_s / 5:
            return
        with self._database.writing() as connection:
            for topic in self._topics.values():
                group.renew(connection, self._me, topic, time.time())
                self._share(connection, topic)
            if now - self._swept_at > _SWEEP_S:
                log.sweep(connection)
                self._swept_at = now
        self._renewed_at = now

    def _share(self, connection: Connection, topic: log.Topic) -> None:
        """Releases partitions above the even share, once nothing of them is in flight, or takes free ones up to it."""
        mine = group.held(connection, self._me, topic)
        quota = group.quota(connection, self._me, topic)
        surplus = sorted(mine, key=lambda p: (self._in_flight(Slot(topic.name, p)), p))[: max(0, len(mine) - quota)]
        idle = [p for p in surplus if not self._in_flight(Slot(topic.name, p))]
        group.release(connection, self._me, topic, idle)
        group.take(connection, self._me, topic, quota - len(mine))
        mine = group.held(connection, self._me, topic)
        for slot in [slot for slot in self._leases if slot.topic == topic.name]:
            if mine.get(slot.partition) != self._leases[slot].generation:
                del self._leases[slot]
        for partition, generation in mine.items():
            lease = self._leases.get(Slot(topic.name, partition))
            if lease is None:
                start = group.progress(connection, self._me.group, topic, partition)
                lease = self._leases[Slot(topic.name, partition)] = _Lease(generation, start, start)
            lease.surplus = partition in surplus

    def _in_flight(self, slot: Slot) -> bool:
        lease = self._leases.get(slot)
        return lease is not None and lease.position > lease.committed
