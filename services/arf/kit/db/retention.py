"""Removes rows that are past their table's retention."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, delete, select, tuple_, update

from arf.kit.db.database import Database
from arf.kit.db.registry import Retention, retentions

_BATCH = 2000


def purge(database: Database, days: Mapping[str, int | None], now: datetime) -> dict[str, int]:
    """Removes rows that are past their retention; returns how many, for each table that has one.

    `days` overrides the defaults by table name, None for ever. What goes by hand alone stays. May be interrupted, and
    run by several processes at once. Raises as `Database.write` does.
    """
    removed = {}
    for name, rule in retentions().items():
        kept = rule.days if rule.fixed else days.get(name, rule.days)
        if kept is not None and not rule.by_hand:
            removed[name] = remove(database, rule, now - timedelta(days=kept), now)
    return removed


def remove(database: Database, rule: Retention, before: datetime, now: datetime) -> int:
    """Removes the rows of one table that are older than `before`; returns how many. Raises as `Database.write` does."""
    table = rule.table
    some = tuple_(*table.primary_key).in_(select(*table.primary_key).where(rule.old(before)).limit(_BATCH))
    if rule.tombstone is None:
        return _repeat(database, delete(table).where(some))
    count = _repeat(database, update(table).where(some).values(rule.tombstone(now)))
    if count:
        # SQLite's WAL still holds the overwritten values.
        database.scrub()
    return count


def _repeat(database: Database, statement: Any) -> int:
    """Runs the statement in small transactions, so that nobody waits long, until no row is left."""

    def work(connection: Connection) -> int:
        return int(connection.execute(statement).rowcount)

    total = 0
    while count := database.write(work):
        total += count
    return total
