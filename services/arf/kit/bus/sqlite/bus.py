"""The bus in one SQLite file in WAL mode, with the same contract as Kafka's."""

from __future__ import annotations

import time
from collections.abc import Collection, Iterable, Iterator, Mapping
from pathlib import Path
from sqlite3 import Connection

from arf.kit.bus.port import Lag, Message, Record, Slot, TopicSpec
from arf.kit.bus.sqlite import group, log
from arf.kit.bus.sqlite.consumer import SqliteConsumer
from arf.kit.bus.sqlite.database import BusFile

_PAGE = 200


class SqliteBus:
    """A Bus on SQLite. Thread-safe. A worker silent for `session_s` seconds loses its partitions."""

    def __init__(self, path: Path, session_s: float = 10.0) -> None:
        self._path = path
        self._session_s = session_s
        self._database = BusFile(path)

    def create_topics(self, specs: Iterable[TopicSpec]) -> None:
        with self._database.writing() as connection:
            for spec in specs:
                log.create(connection, spec)

    def partitions(self, topic: str) -> int:
        with self._database.reading() as connection:
            return log.topic(connection, topic).partitions

    def publish(self, messages: Iterable[Message]) -> None:
        with self._database.writing() as connection:
            log.append(connection, messages)

    def consumer(self, group: str, topics: Collection[str]) -> SqliteConsumer:
        database = BusFile(self._path)
        try:
            return SqliteConsumer(database, group, topics, self._session_s)
        except BaseException:
            database.close()
            raise

    def read(self, topic: str, start: Mapping[int, int] | None = None) -> Iterator[Record]:
        with self._database.reading() as connection:
            of = log.topic(connection, topic)
            ends = log.ends(connection, of)
        return self._pages(of, dict.fromkeys(ends, 0) if start is None else start, ends)

    def offsets(self, topic: str, since_ms: int) -> Mapping[int, int]:
        with self._database.reading() as connection:
            return log.offsets(connection, log.topic(connection, topic), since_ms)

    def lag(self, group: str, topics: Collection[str]) -> list[Lag]:
        with self._database.reading() as connection:
            return [
                _lag(connection, group, of, partition)
                for of in [log.topic(connection, name) for name in topics]
                for partition in range(of.partitions)
            ]

    def close(self) -> None:
        self._database.close()

    def _pages(self, of: log.Topic, start: Mapping[int, int], ends: Mapping[int, int]) -> Iterator[Record]:
        for partition, position in sorted(start.items()):
            while position < ends[partition]:
                # A short snapshot for each page: a long one would keep the WAL from being checkpointed.
                with self._database.reading() as connection:
                    page = log.fetch(connection, of, partition, position, _PAGE)
                page = [record for record in page if record.offset < ends[partition]]
                yield from page
                if not page:
                    break
                position = page[-1].offset + 1


def _lag(connection: Connection, name: str, of: log.Topic, partition: int) -> Lag:
    committed = group.progress(connection, name, of, partition)
    count, oldest_ms = connection.execute(
        "SELECT COUNT(*), (SELECT timestamp_ms FROM record WHERE topic = ?1 AND partition = ?2 AND offset >= ?3"
        " ORDER BY offset LIMIT 1) FROM record WHERE topic = ?1 AND partition = ?2 AND offset >= ?3",
        (of.id, partition, committed),
    ).fetchone()
    age = max(0.0, time.time() - oldest_ms / 1000) if oldest_ms is not None else 0.0
    return Lag(Slot(of.name, partition), count, age)
