"""Remembers what a stage has done, so that an event that arrives twice gives one output.

The offsets of the bus make each *record* count once. A call that is submitted again, or a dead letter that is replayed,
is another record with the same event id. The output topic tells that its work is done: an output's id is derived from
its input's, and both have the same partition number, so the owner of an input partition reads the output partition of
the same number. Failures are not in it, so they can be replayed.
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
    """The ids of the outputs that a stage has committed, one partition at a time."""

    def restore(self, partition: int) -> None:
        """Reads the ids of the partition's outputs, whichever worker made them, when a worker takes it over.

        Forgets ids that were added but are not in the log: a broker that dies at a bad moment may lose a commit that it
        acknowledged.
        """
        ...

    def among(self, partition: int, ids: Collection[str]) -> set[str]:
        """Which of the output ids were committed."""
        ...

    def add(self, partition: int, ids: Collection[str]) -> None:
        """Adds output ids whose commit was just acknowledged to this worker."""
        ...


class OutputLog:
    """Done, read from the output topic into a SQLite table: 16 bytes for each output.

    In memory by default; with a file a restarted worker reads only what is new. The file is a cache for one process and
    one bus: it may be removed at any time, and must be removed together with the bus. It also remembers outputs that
    retention has removed from the topic.
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
            # In a table of its own, which does not outlive the process: acknowledged, but not yet read back.
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
