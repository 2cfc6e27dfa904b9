"""Finds the call that a later stage's record belongs to, in the log of calls itself: the join of the services.

A call and all that is made of it share a key, hence a partition number. So whoever holds a partition of summaries reads
the same partition of `arf.calls.v1`, as far as it must, into a cache of its own. A call is committed before anybody can
summarise it, and a read of the log misses nothing that was committed before; a record whose call is not there is one
that somebody else has published ahead of it, and has to wait: not for ever, since what comes after it waits too.

The cache holds records as the log has them, sealed. It belongs to one process and one bus, can be removed at any time,
and must be with the bus.
"""

from __future__ import annotations

import hashlib
import sqlite3
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from arf.flow import CALLS
from arf.kit.bus.headers import EVENT_ID, SCHEMA
from arf.kit.bus.ids import stage_id
from arf.kit.bus.partitioner import partition_of
from arf.kit.bus.port import Bus, Record
from arf.kit.errors import NotFound
from arf.v1.transcript_pb2 import Call

PATIENCE_S = 600.0
"""How much later than a record its call may come."""

_ROWS = 500

_SCHEMA = """
CREATE TABLE IF NOT EXISTS call (
    slot INTEGER, key TEXT, descendant BLOB, position INTEGER, value BLOB, PRIMARY KEY (slot, key, descendant)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS upto (slot INTEGER PRIMARY KEY, next_offset INTEGER);
"""


class CallLog:
    """The calls of a bus, for any number of threads."""

    def __init__(
        self,
        bus: Bus,
        open_: Callable[[Record], Call],
        stages: Sequence[str],
        cache: Path | None = None,
        topic: str = CALLS,
        *,
        patience_s: float = PATIENCE_S,
        clock: Callable[[], float] = time.time,
    ) -> None:
        """`open_` gives the call that a record holds. `stages` lead from a call to the records that are asked about:
        for findings, teacher and analysis.

        Without a file the cache is a temporary one.
        """
        self._bus = bus
        self._open = open_
        self._stages = tuple(stages)
        self._topic = topic
        self._patience_s = patience_s
        self._clock = clock
        self._lock = threading.Lock()
        # An empty name is SQLite's own temporary file: on disk where it grows, gone with the process.
        self._cache = sqlite3.connect(cache or "", isolation_level=None, check_same_thread=False)
        self._cache.executescript("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;" + _SCHEMA)

    def call_of(self, record: Record) -> Call | None:
        """The call that the record was made of, None if it may yet come.

        It is the call whose event the record's id follows from; where none is, as when a company brings summaries of
        its own, the newest call of that key. Raises NotFound if the log has none that was committed within `patience_s`
        of the record; Forgotten, Corrupt, InvalidRecord, Unavailable.
        """
        # Before the log is read: what had been committed by then is in it.
        waited_s = self._clock() - record.timestamp_ms / 1000
        call = self._opened(record.partition, record.key, record.headers.get(EVENT_ID, ""))
        if call is None and waited_s > self._patience_s:
            raise NotFound(f"call {record.key} has not come within {self._patience_s:.0f} s of the record")
        return call

    def newest(self, key: str) -> Call | None:
        """The newest call of a key, None if the log has none. Raises as `call_of` does, less NotFound."""
        return self._opened(partition_of(key, self._bus.partitions(self._topic)), key, "")

    def close(self) -> None:
        """Closes the cache."""
        with self._lock:
            self._cache.close()

    def _opened(self, partition: int, key: str, event_id: str) -> Call | None:
        with self._lock:
            row = self._row(partition, key, event_id)
            if row is None or not event_id or row[1] != _digest(event_id):
                self._catch_up(partition)
                row = self._row(partition, key, event_id)
        if row is None:
            return None
        offset, _, value = row
        headers = {SCHEMA: Call.DESCRIPTOR.full_name}
        return self._open(Record(self._topic, partition, offset, key, value, headers, 0))

    def _row(self, partition: int, key: str, event_id: str) -> tuple[int, bytes, bytes] | None:
        """Offset, descendant and value of the call itself, or of the newest of its key."""
        row: tuple[int, bytes, bytes] | None = self._cache.execute(
            "SELECT position, descendant, value FROM call WHERE slot = ? AND key = ?"
            " ORDER BY descendant = ? DESC, position DESC LIMIT 1",
            (partition, key, _digest(event_id)),
        ).fetchone()
        return row

    def _catch_up(self, partition: int) -> None:
        row = self._cache.execute("SELECT next_offset FROM upto WHERE slot = ?", (partition,)).fetchone()
        rows: list[tuple[int, str, bytes, int, bytes]] = []
        for record in self._bus.read(self._topic, {partition: row[0] if row else 0}):
            rows.append((partition, record.key, self._descendant(record), record.offset, record.value))
            if len(rows) >= _ROWS:
                self._add(partition, rows)
                rows = []
        self._add(partition, rows)

    def _descendant(self, call: Record) -> bytes:
        event_id = call.headers.get(EVENT_ID, "")
        for stage in self._stages:
            event_id = stage_id(stage, event_id)
        return _digest(event_id)

    def _add(self, partition: int, rows: Sequence[tuple[int, str, bytes, int, bytes]]) -> None:
        if not rows:
            return
        self._cache.execute("BEGIN")
        self._cache.executemany("INSERT OR REPLACE INTO call VALUES (?, ?, ?, ?, ?)", rows)
        self._cache.execute("INSERT OR REPLACE INTO upto VALUES (?, ?)", (partition, rows[-1][3] + 1))
        self._cache.execute("COMMIT")


def _digest(event_id: str) -> bytes:
    return hashlib.sha256(event_id.encode()).digest()[:16]
