"""What a stage has done already, so that an event that comes twice gives one output.

The offsets of the bus make each *record* count once. A call that is submitted again, or a dead letter that is replayed,
is another record with the same event id: only a memory of the outputs tells that its work is done. The outputs are that
memory: an output's id follows from its input's, and both have the same partition, so whoever holds an input partition
reads the output partition of the same number and knows. Failures are not in it, so they can be replayed.
"""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Collection
from pathlib import Path
from typing import Protocol

from arf.kit.bus.headers import EVENT_ID
from arf.kit.bus.port import Bus, Slot


class Done(Protocol):
    """The output ids of a stage, one partition at a time. `OutputLog` is one; a projection in a database can be too."""

    def restore(self, partition: int) -> None:
        """Takes in all that was committed to the partition, by whomever, each time that a worker reads it from anew.

        What was noted and is not there was not committed after all: a broker that dies at a bad moment may take back
        what it has acknowledged.
        """
        ...

    def among(self, partition: int, ids: Collection[str]) -> set[str]:
        """Those of the output ids that were committed."""
        ...

    def add(self, partition: int, ids: Collection[str]) -> None:
        """Notes output ids that this worker was just told are committed."""
        ...


class OutputLog:
    """Done by reading the output topic itself: 16 bytes an output in a SQLite table, and where reading got to.

    In memory by default; with a file a restarted worker reads only what is new. The file is a cache of one process and
    one bus: it may be removed at any time, and must be with the bus. What retention has removed from the topic is
    remembered only by the file.
    """

    def __init__(self, bus: Bus, topic: str, cache: Path | None = None) -> None:
        self._bus = bus
        self._topic = topic
        # The worker's threads use it one after the other.
        self._cache = sqlite3.connect(cache or ":memory:", isolation_level=None, check_same_thread=False)
        self._cache.executescript(
            "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;"
            "CREATE TABLE IF NOT EXISTS done (slot TEXT, id BLOB, PRIMARY KEY (slot, id)) WITHOUT ROWID;"
            "CREATE TABLE IF NOT EXISTS upto (slot TEXT PRIMARY KEY, next_offset INTEGER) WITHOUT ROWID;"
            # Apart from what was read, and gone with the process.
            "CREATE TEMP TABLE noted (slot TEXT, id BLOB, PRIMARY KEY (slot, id)) WITHOUT ROWID;"
        )

    def restore(self, partition: int) -> None:
        slot = str(Slot(self._topic, partition))
        row = self._cache.execute("SELECT next_offset FROM upto WHERE slot = ?", (slot,)).fetchone()
        next_offset = row[0] if row else 0
        self._cache.execute("BEGIN")
        try:
            self._cache.execute("DELETE FROM noted WHERE slot = ?", (slot,))
            for record in self._bus.read(self._topic, {partition: next_offset}):
                self._insert("done", slot, [record.headers.get(EVENT_ID, "")])
                next_offset = record.offset + 1
            self._cache.execute("INSERT OR REPLACE INTO upto VALUES (?, ?)", (slot, next_offset))
            self._cache.execute("COMMIT")
        finally:
            if self._cache.in_transaction:
                self._cache.execute("ROLLBACK")

    def among(self, partition: int, ids: Collection[str]) -> set[str]:
        slot = str(Slot(self._topic, partition))
        known = "SELECT slot, id FROM done UNION ALL SELECT slot, id FROM noted"
        found = f"SELECT 1 FROM ({known}) WHERE slot = ? AND id = ?"
        return {id_ for id_ in ids if self._cache.execute(found, (slot, _compact(id_))).fetchone()}

    def add(self, partition: int, ids: Collection[str]) -> None:
        self._insert("noted", str(Slot(self._topic, partition)), ids)

    def close(self) -> None:
        """Closes the cache."""
        self._cache.close()

    def _insert(self, table: str, slot: str, ids: Collection[str]) -> None:
        rows = [(slot, _compact(id_)) for id_ in ids]
        self._cache.executemany(f"INSERT OR IGNORE INTO {table} VALUES (?, ?)", rows)


def _compact(id_: str) -> bytes:
    return hashlib.sha256(id_.encode()).digest()[:16]
