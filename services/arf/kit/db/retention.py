"""How long each table keeps its rows, and the removal of what is older. The audit log is kept for ever."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Table, delete, exists, select, tuple_, update

from arf.kit.db.database import Database
from arf.kit.db.tables import budget, budget_lease, call_key, call_stage, lineage_edge, review, teacher_answer

_BATCH = 2000


@dataclass(frozen=True, slots=True)
class Retention:
    """Days that rows are kept; None for ever. Projections should keep theirs as long as the topics do.

    A call's key is destroyed when its days are over, and with it the call's text wherever it lies: topics, tables,
    datasets. Pending reviews stay until they are decided, cached answers until they expire; lineage holds ids alone.
    """

    call_stage: int | None = 90
    lineage_edge: int | None = None
    review: int | None = 365
    budget: int | None = 400
    budget_lease: int | None = 35
    call_key: int | None = 730


def purge(database: Database, retention: Retention, now: datetime) -> dict[str, int]:
    """Removes what is older than `retention` allows; returns how many rows of each table.

    It can be interrupted, and done by several processes at once. Raises as `Database.write` does.
    """
    removed = {"teacher_answer": _remove(database, teacher_answer, teacher_answer.c.expires_at <= now)}
    for table, old in (
        (call_stage, _call_is_old),
        (lineage_edge, lambda before: lineage_edge.c.created_at < before),
        (review, lambda before: review.c.decided_at < before),
        (budget, lambda before: budget.c.created_at < before),
        (budget_lease, lambda before: (budget_lease.c.expires_at < before) & ~budget_lease.c.open),
    ):
        days = getattr(retention, table.name)
        if days is not None:
            removed[table.name] = _remove(database, table, old(now - timedelta(days=days)))
    if retention.call_key is not None:
        removed["call_key"] = _destroy_keys(database, now - timedelta(days=retention.call_key), now)
    return removed


def _call_is_old(before: datetime) -> ColumnElement[bool]:
    """A call goes as a whole: one with an input and no output, or the reverse, would not add up in `arf status`."""
    row, later = call_stage.c, call_stage.alias().c
    young = exists().where(later.tenant == row.tenant, later.call_id == row.call_id, later.created_at >= before)
    return (row.created_at < before) & ~young


def _remove(database: Database, table: Table, which: ColumnElement[bool]) -> int:
    key = tuple_(*table.primary_key)
    some = select(*table.primary_key).where(which).limit(_BATCH)
    return _repeat(database, delete(table).where(key.in_(some)))


def _destroy_keys(database: Database, before: datetime, now: datetime) -> int:
    key = call_key.c
    some = select(key.key_id).where(key.created_at < before, key.destroyed_at.is_(None)).limit(_BATCH)
    tombstone = {"wrapped": None, "master_id": None, "destroyed_at": now}
    count = _repeat(database, update(call_key).where(key.key_id.in_(some)).values(tombstone))
    if count:
        database.scrub()
    return count


def _repeat(database: Database, statement: Any) -> int:
    """Runs it in small transactions, so that nobody waits long, until it finds nothing more."""

    def work(connection: Connection) -> int:
        return int(connection.execute(statement).rowcount)

    total = 0
    while count := database.write(work):
        total += count
    return total
