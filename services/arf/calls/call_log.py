"""Joins a later stage's record with its call, by reading the log of calls.

A call and all that is made from it share a key, hence a partition number. So the owner of a partition of summaries
reads the same partition of `arf.calls.v1`, as far as needed, into a cache of its own. A call is committed before it
can be summarised, so a record without its call was published by somebody else ahead of the call. It has to wait, but
not for ever, since the records after it wait too.

The cache holds sealed records. It belongs to one process and one bus, may be removed at any time, and must be removed
together with the bus.
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
"""How much later than a record its call may arrive."""

_ROWS = 500

_SCHEMA = """
CREATE TABLE IF NOT EXISTS call (
    slot INTEGER, key TEXT, descendant BLOB, position INTEGER, value BLOB, PRIMARY KEY (slot, key, descendant)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS upto (slot INTEGER PRIMARY KEY, next_offset INTEGER);
"""


class CallLog:
    """Finds calls in the log of a bus. Thread-safe."""

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
        """`open_` returns the call in a record. `stages` lead from a call to the records to be joined: for findings,
        teacher and analysis.

        Without a file the cache is a temporary one.
        """
        self._bus = bus
        self._open = open_
        self._stages = tuple(stages)
        self._topic = topic
        self._patience_s = patience_s
        self._clock = clock
        self._lock = threading.Lock()
        # An empty name is a temporary file of SQLite's own, removed with the process.
        self._cache = sqlite3.connect(cache or "", isolation_level=None, check_same_thread=False)
        self._cache.executescript("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;" + _SCHEMA)

    def call_of(self, record: Record) -> Call | None:
        """The call that the record was made from, None if it may still arrive.

        That is the call whose event id the record's id derives from or, if there is none, as with summaries that a
        company publishes itself, the newest call of that key. Raises NotFound if the log has none that was committed
        within `patience_s` of the record; Forgotten, Corrupt, InvalidRecord, Unavailable.
        """
        # Before the log is read, so that all committed by then is in it.
        waited_s = self._clock() - record.timestamp_ms / 1000
        call = self._opened(record.partition, record.key, record.headers.get(EVENT_ID, ""))
        if call is None and waited_s > self._patience_s:
            raise NotFound(f"call {record.key} did not arrive within {self._patience_s:.0f} s of the record")
        return call

    def newest(self, key: str) -> Call | None:
        """The newest call of a key, None if the log has none. Raises as `call_of` does, except NotFound."""
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
        """Offset, descendant id and value of the record's call, or else of the newest call of its key."""
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
