"""Topics and records in the file; every function runs in its caller's transaction."""

from __future__ import annotations

import json
import sqlite3
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from arf.kit.bus.partitioner import partition_of
from arf.kit.bus.port import Message, Record, TopicSpec, check_size
from arf.kit.errors import InvalidRecord, NotFound

_ENDED_MS = 24 * 3600 * 1000


@dataclass(frozen=True, slots=True)
class Topic:
    """A topic's row in the file."""

    id: int
    name: str
    partitions: int


def create(connection: sqlite3.Connection, spec: TopicSpec) -> None:
    """Creates a topic, or changes its retention. Raises InvalidRecord if it exists with another partition count."""
    connection.execute(
        "INSERT INTO topic (name, partitions, retention_s, compacted) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING",
        (spec.name, spec.partitions, spec.retention_s, int(spec.compacted)),
    )
    if spec.changing:
        statement = "UPDATE topic SET retention_s = :to WHERE name = :name AND retention_s IS NOT :to"
        connection.execute(statement, {"to": spec.retention_s, "name": spec.name})
    found = topic(connection, spec.name)
    if found.partitions != spec.partitions:
        raise InvalidRecord("partitions", f"{spec.name} exists with {found.partitions}, not {spec.partitions}")
    connection.executemany(
        "INSERT INTO slot VALUES (?, ?, 0) ON CONFLICT DO NOTHING", [(found.id, p) for p in range(spec.partitions)]
    )


def topic(connection: sqlite3.Connection, name: str) -> Topic:
    """The topic with that name. Raises NotFound."""
    row = connection.execute("SELECT id, name, partitions FROM topic WHERE name = ?", (name,)).fetchone()
    if row is None:
        raise NotFound(f"topic {name} does not exist on this bus")
    return Topic(*row)


def append(connection: sqlite3.Connection, messages: Iterable[Message]) -> None:
    """Appends messages to their partitions. After NotFound or InvalidRecord, do not commit the transaction."""
    topics: dict[str, Topic] = {}
    now_ms = time.time_ns() // 1_000_000
    for message in messages:
        check_size(message)
        to = topics.get(message.topic) or topics.setdefault(message.topic, topic(connection, message.topic))
        partition = partition_of(message.key, to.partitions)
        (offset,) = connection.execute(
            "UPDATE slot SET next_offset = next_offset + 1 WHERE topic = ? AND partition = ? RETURNING next_offset - 1",
            (to.id, partition),
        ).fetchone()
        headers = json.dumps(dict(message.headers), ensure_ascii=False)
        row = (to.id, partition, offset, message.key, headers, now_ms, message.value)
        connection.execute("INSERT INTO record VALUES (?, ?, ?, ?, ?, ?, ?)", row)


def fetch(connection: sqlite3.Connection, of: Topic, partition: int, start: int, limit: int) -> list[Record]:
    """Up to `limit` records of a partition from offset `start`."""
    rows = connection.execute(
        "SELECT offset, key, value, headers, timestamp_ms FROM record"
        " WHERE topic = ? AND partition = ? AND offset >= ? ORDER BY offset LIMIT ?",
        (of.id, partition, start, limit),
    )
    return [_record(of.name, partition, row) for row in rows]


def ends(connection: sqlite3.Connection, of: Topic) -> Mapping[int, int]:
    """The offset after the last record, for each partition."""
    return dict(connection.execute("SELECT partition, next_offset FROM slot WHERE topic = ?", (of.id,)))


def offsets(connection: sqlite3.Connection, of: Topic, since_ms: int) -> Mapping[int, int]:
    """For each partition, the offset after the last record from before `since_ms`."""
    rows = connection.execute(
        "SELECT s.partition, IFNULL((SELECT r.offset + 1 FROM record r WHERE r.topic = s.topic"
        " AND r.partition = s.partition AND r.timestamp_ms < ? ORDER BY r.offset DESC LIMIT 1), 0)"
        " FROM slot s WHERE s.topic = ?",
        (since_ms, of.id),
    )
    return dict(rows)


def sweep(connection: sqlite3.Connection) -> None:
    """Applies retention and compaction, to consumed and unconsumed records alike, as Kafka does.

    An empty value, which ends a key, stays for a day after the key's other records are gone, for readers that lag.
    """
    now_ms = time.time_ns() // 1_000_000
    connection.execute(
        "DELETE FROM record WHERE rowid IN (SELECT r.rowid FROM record r JOIN topic t ON t.id = r.topic"
        " WHERE t.retention_s IS NOT NULL AND r.timestamp_ms < ? - t.retention_s * 1000)",
        (now_ms,),
    )
    connection.execute(
        "DELETE FROM record WHERE rowid IN (SELECT r.rowid FROM record r JOIN topic t ON t.id = r.topic"
        " WHERE t.compacted AND length(r.value) = 0 AND r.timestamp_ms < ? AND NOT EXISTS (SELECT 1 FROM record o"
        " WHERE o.topic = r.topic AND o.partition = r.partition AND o.key = r.key AND o.offset < r.offset))",
        (now_ms - _ENDED_MS,),
    )
    connection.execute(
        "DELETE FROM record WHERE rowid IN (SELECT r.rowid FROM record r JOIN topic t ON t.id = r.topic"
        " WHERE t.compacted AND EXISTS (SELECT 1 FROM record n WHERE n.topic = r.topic AND n.partition = r.partition"
        " AND n.offset > r.offset AND n.key = r.key))"
    )


def _record(name: str, partition: int, row: tuple[Any, ...]) -> Record:
    offset, key, value, headers, timestamp_ms = row
    return Record(name, partition, offset, key, value, json.loads(headers), timestamp_ms)
