"""Parked records: those that one tenant's lack of something holds up, set aside so that other tenants' go on.

A parked record is a message on `arf.parked.v1`, in the partition of the same number, published in the commit that marks
the record as consumed. A marker in the commit of its output says that it is finished. So the topic is the memory: who
takes over a partition reads there what is parked (docs/adr/0011).
"""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace

from arf.kit.bus.headers import EVENT_ID, STANDARD
from arf.kit.bus.ids import stage_id, tenant_of
from arf.kit.bus.port import Bus, Message, Record, Slot

PARKED = "arf.parked.v1"
"""The topic of parked records."""

_BY, _FROM, _TIME, _REASON = "parked_by", "parked_from", "parked_time", "parked_reason"
_ENDS = "parked_ends"
"""Header of the marker that ends a parked record: where it came from."""


@dataclass(frozen=True, slots=True)
class ParkedRecord:
    """A parked record as it was polled, the stage that parked it, and why."""

    stage: str
    record: Record
    reason: str

    @property
    def tenant(self) -> str:
        """Whose it is."""
        return tenant_of(self.record.key)


def parked_message(topic: str, stage: str, record: Record, reason: str) -> Message:
    """The message that parks a record."""
    own = {_BY: stage, _FROM: _place(record), _TIME: str(record.timestamp_ms), _REASON: reason[:300]}
    return Message(topic, record.key, record.value, {**record.headers, **own})


def ending(topic: str, stage: str, record: Record) -> Message:
    """The marker that a parked record is finished."""
    standard = {name: text for name, text in record.headers.items() if name in STANDARD}
    own = {EVENT_ID: stage_id(f"parked.{stage}", _place(record)), _BY: stage, _ENDS: _place(record)}
    return Message(topic, record.key, b"", {**standard, **own})


def parked(bus: Bus, stage: str, topic: str = PARKED) -> list[ParkedRecord]:
    """A stage's parked records that are not finished, oldest first, without their values, which may be many."""
    found: dict[str, ParkedRecord] = {}
    for place, item in _changes(bus, stage, topic):
        if item is None:
            found.pop(place, None)
        else:
            found[place] = replace(item, record=replace(item.record, value=b""))
    return list(found.values())


class Parking:
    """The parked records of the partitions that a worker holds, as committed, in a temporary file of SQLite's own."""

    def __init__(self) -> None:
        # The worker's threads use it one after the other.
        self._store = sqlite3.connect("", isolation_level=None, check_same_thread=False)
        self._store.execute(
            "CREATE TABLE parked (number INTEGER PRIMARY KEY, slot TEXT, tenant TEXT, place TEXT UNIQUE, key TEXT,"
            " value BLOB, headers TEXT, timestamp_ms INTEGER)"
        )
        self._store.execute("CREATE INDEX by_tenant ON parked (slot, tenant, number)")
        self._counts = Counter[tuple[Slot, str]]()

    def restore(self, slot: Slot, bus: Bus, stage: str, topic: str) -> None:
        """Reads what a stage has parked of a partition. Raises Unavailable."""
        self.drop([slot])
        for place, item in _changes(bus, stage, topic, slot.partition):
            if item is None:
                self._remove(place)
            elif item.record.slot == slot:
                self.add(item.record)

    def add(self, record: Record) -> None:
        """Adds a record whose parking is committed."""
        tenant, headers = tenant_of(record.key), json.dumps(dict(record.headers))
        row = (str(record.slot), tenant, _place(record), record.key, record.value, headers, record.timestamp_ms)
        columns = "slot, tenant, place, key, value, headers, timestamp_ms"
        added = self._store.execute(f"INSERT OR IGNORE INTO parked ({columns}) VALUES (?, ?, ?, ?, ?, ?, ?)", row)
        self._counts[record.slot, tenant] += added.rowcount

    def remove(self, record: Record) -> None:
        """Removes a record whose end is committed."""
        self._remove(_place(record))

    def drop(self, slots: Collection[Slot] | None = None) -> None:
        """Forgets partitions that are no longer held, or all."""
        for slot in {slot for slot, _ in self._counts if slots is None or slot in slots}:
            self._store.execute("DELETE FROM parked WHERE slot = ?", (str(slot),))
        self._counts = Counter({p: n for p, n in self._counts.items() if slots is not None and p[0] not in slots})

    def holds(self, slot: Slot, tenant: str) -> bool:
        """Whether records of the tenant are parked: later ones stay behind them."""
        return self._counts[slot, tenant] > 0

    def tenants(self) -> Iterator[tuple[Slot, str]]:
        """The partitions and tenants with parked records."""
        return iter([place for place, count in self._counts.items() if count])

    def first(self, slot: Slot, tenant: str, limit: int) -> list[Record]:
        """The tenant's first parked records, in order."""
        rows = self._store.execute(
            "SELECT place, key, value, headers, timestamp_ms FROM parked WHERE slot = ? AND tenant = ?"
            " ORDER BY number LIMIT ?",
            (str(slot), tenant, limit),
        )
        return [_record(place, key, value, json.loads(headers), at) for place, key, value, headers, at in rows]

    def _remove(self, place: str) -> None:
        topic, partition, _ = place.rsplit("/", 2)
        for (tenant,) in self._store.execute("DELETE FROM parked WHERE place = ? RETURNING tenant", (place,)):
            self._counts[Slot(topic, int(partition)), tenant] -= 1


def _changes(
    bus: Bus, stage: str, topic: str, partition: int | None = None
) -> Iterator[tuple[str, ParkedRecord | None]]:
    """What a stage has parked, in order: the place of each record with the record, or None where it is finished."""
    for record in bus.read(topic, None if partition is None else {partition: 0}):
        if record.headers.get(_BY) == stage:
            ended = record.headers.get(_ENDS)
            yield (record.headers[_FROM], _unparked(record)) if ended is None else (ended, None)


def _place(record: Record) -> str:
    return f"{record.topic}/{record.partition}/{record.offset}"


def _unparked(message: Record) -> ParkedRecord:
    own = message.headers
    headers = {name: text for name, text in own.items() if name not in (_BY, _FROM, _TIME, _REASON)}
    record = _record(own[_FROM], message.key, message.value, headers, int(own[_TIME]))
    return ParkedRecord(own[_BY], record, own[_REASON])


def _record(place: str, key: str, value: bytes, headers: Mapping[str, str], timestamp_ms: int) -> Record:
    topic, partition, offset = place.rsplit("/", 2)
    return Record(topic, int(partition), int(offset), key, value, headers, timestamp_ms)
