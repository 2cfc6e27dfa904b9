"""Partition leases of a group: shared evenly, and taken over when their holder falls silent.

Clocks decide when a partition changes hands; generations decide whether a commit is valid. So a clock that jumps costs
repeated work, never a record.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Collection
from dataclasses import dataclass

from arf.kit.bus.sqlite.log import Topic


@dataclass(frozen=True, slots=True)
class Member:
    """One consumer of a group."""

    group: str
    id: str
    joined_at: float
    session_s: float


def renew(connection: sqlite3.Connection, me: Member, topic: Topic, now: float) -> None:
    """Renews the session of `me`, and removes members whose session has expired."""
    connection.execute("DELETE FROM member WHERE grp = ? AND topic = ? AND expires_at < ?", (me.group, topic.id, now))
    connection.execute(
        "INSERT INTO member VALUES (?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET expires_at = excluded.expires_at",
        (me.group, topic.id, me.id, me.joined_at, now + me.session_s),
    )


def held(connection: sqlite3.Connection, me: Member, topic: Topic) -> dict[int, int]:
    """The partitions that `me` holds, with their generations."""
    rows = connection.execute(
        "SELECT partition, generation FROM lease WHERE grp = ? AND topic = ? AND member = ?",
        (me.group, topic.id, me.id),
    )
    return dict(rows)


def quota(connection: sqlite3.Connection, me: Member, topic: Topic) -> int:
    """How many partitions `me` should hold: an even share, the remainder going to those who joined first."""
    rows = connection.execute(
        "SELECT id FROM member WHERE grp = ? AND topic = ? ORDER BY joined_at, id", (me.group, topic.id)
    )
    members = [row[0] for row in rows]
    share, rest = divmod(topic.partitions, len(members))
    return share + (members.index(me.id) < rest)


def take(connection: sqlite3.Connection, me: Member, topic: Topic, count: int) -> None:
    """Takes up to `count` partitions that no live member holds."""
    taken = connection.execute(
        "SELECT partition FROM lease WHERE grp = ?1 AND topic = ?2"
        " AND member IN (SELECT id FROM member WHERE grp = ?1 AND topic = ?2)",
        (me.group, topic.id),
    )
    free = sorted(set(range(topic.partitions)) - {row[0] for row in taken})
    connection.executemany(
        "INSERT INTO lease VALUES (?, ?, ?, ?, 1)"
        " ON CONFLICT DO UPDATE SET member = excluded.member, generation = generation + 1",
        [(me.group, topic.id, partition, me.id) for partition in free[:count]],
    )


def release(connection: sqlite3.Connection, me: Member, topic: Topic, partitions: Collection[int]) -> None:
    """Releases partitions for others to take."""
    connection.executemany(
        "UPDATE lease SET member = NULL WHERE grp = ? AND topic = ? AND partition = ? AND member = ?",
        [(me.group, topic.id, partition, me.id) for partition in partitions],
    )


def leave(connection: sqlite3.Connection, me: Member, topic: Topic) -> None:
    """Releases everything and removes `me` from the group."""
    release(connection, me, topic, held(connection, me, topic))
    connection.execute("DELETE FROM member WHERE grp = ? AND topic = ? AND id = ?", (me.group, topic.id, me.id))


def progress(connection: sqlite3.Connection, group: str, topic: Topic, partition: int) -> int:
    """The group's committed offset: that of the first record not committed."""
    row = connection.execute(
        "SELECT next_offset FROM progress WHERE grp = ? AND topic = ? AND partition = ?", (group, topic.id, partition)
    ).fetchone()
    return int(row[0]) if row else 0


def advance(connection: sqlite3.Connection, group: str, topic: Topic, partition: int, next_offset: int) -> None:
    """Marks all records of a partition before `next_offset` as done."""
    connection.execute(
        "INSERT INTO progress VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET next_offset = excluded.next_offset",
        (group, topic.id, partition, next_offset),
    )
