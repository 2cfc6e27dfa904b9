"""The file of the SQLite bus: its tables and transactions."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from arf.kit.errors import Corrupt, Unavailable
from arf.kit.private_files import private

LOCK_TIMEOUT_S = 30.0

_SCHEMA = """
CREATE TABLE IF NOT EXISTS topic (
    id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, partitions INTEGER NOT NULL, retention_s INTEGER,
    compacted INTEGER NOT NULL
) STRICT;
-- The next offset is kept, since retention may have removed the record before it.
CREATE TABLE IF NOT EXISTS slot (
    topic INTEGER NOT NULL, partition INTEGER NOT NULL, next_offset INTEGER NOT NULL, PRIMARY KEY (topic, partition)
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS record (
    topic INTEGER NOT NULL, partition INTEGER NOT NULL, offset INTEGER NOT NULL, key TEXT NOT NULL,
    headers TEXT NOT NULL, timestamp_ms INTEGER NOT NULL, value BLOB NOT NULL, UNIQUE (topic, partition, offset)
) STRICT;
CREATE TABLE IF NOT EXISTS progress (
    grp TEXT NOT NULL, topic INTEGER NOT NULL, partition INTEGER NOT NULL, next_offset INTEGER NOT NULL,
    PRIMARY KEY (grp, topic, partition)
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS member (
    grp TEXT NOT NULL, topic INTEGER NOT NULL, id TEXT NOT NULL, joined_at REAL NOT NULL, expires_at REAL NOT NULL,
    PRIMARY KEY (grp, topic, id)
) STRICT, WITHOUT ROWID;
-- The generation grows with every change of hands and fences whoever held the partition before.
CREATE TABLE IF NOT EXISTS lease (
    grp TEXT NOT NULL, topic INTEGER NOT NULL, partition INTEGER NOT NULL, member TEXT, generation INTEGER NOT NULL,
    PRIMARY KEY (grp, topic, partition)
) STRICT, WITHOUT ROWID;
"""


class BusFile:
    """One connection to the file. Thread-safe: callers take turns."""

    def __init__(self, path: Path) -> None:
        """Opens the file, created with its folder if missing. Raises Unavailable."""
        self.path = path
        self._lock = threading.RLock()
        path.parent.mkdir(parents=True, exist_ok=True)
        private(path)
        with self._translated():
            self._connection = sqlite3.connect(
                path, timeout=LOCK_TIMEOUT_S, isolation_level=None, check_same_thread=False
            )
            self._connection.execute("PRAGMA journal_mode = WAL")
            # NORMAL would lose the last commits on a power cut; publish promises that they are durable.
            self._connection.execute("PRAGMA synchronous = FULL")
            with self.writing() as connection:
                for statement in _SCHEMA.split(";\n"):
                    connection.execute(statement)

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """A transaction that holds the write lock from its start, so that what it has read cannot change."""
        with self._lock, self._translated():
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield self._connection
                self._connection.execute("COMMIT")
            finally:
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """A read snapshot: all reads within it see the same state, and writers do not wait for it."""
        with self._lock, self._translated():
            self._connection.execute("BEGIN")
            try:
                yield self._connection
            finally:
                self._connection.execute("ROLLBACK")

    def close(self) -> None:
        """Closes the connection."""
        with self._lock:
            self._connection.close()

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.OperationalError as error:
            raise Unavailable(f"{self.path}: {error}") from None
        except sqlite3.ProgrammingError:
            raise
        except sqlite3.DatabaseError as error:
            raise Corrupt(f"{self.path}: {error}") from None
