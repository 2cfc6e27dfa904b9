"""Tracks the progress of calls: one row for each committed record of a stage, counted for `arf status`."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import asdict, dataclass
from datetime import datetime
from enum import Enum
from typing import Any, Protocol

from sqlalchemy import Connection, case, distinct, func, select

from arf.kit.db.database import Database
from arf.kit.db.inserting import insert_new
from arf.site.store import call_stage


class Status(Enum):
    """How a stage ended for an event."""

    DONE = "DONE"
    FAILED = "FAILED"


@dataclass(frozen=True, slots=True)
class StageRecord:
    """A committed record of a call and its place in the log.

    `event_id` is that of the stage's output. A dead letter has the one that its output would have had, so that a
    successful replay cancels it.
    """

    topic: str
    partition: int
    offset: int
    tenant: str
    call_id: str
    stage: str
    event_id: str
    status: Status
    created_at: datetime


@dataclass(frozen=True, slots=True)
class StageCount:
    """The counts of a stage; correct if `doubled` is 0 and `records` is that of the stage before minus `failed`."""

    stage: str
    calls: int
    """Distinct calls with an output of it."""
    records: int
    """Number of its outputs."""
    doubled: int
    """Outputs beyond the first for the same event."""
    failed: int
    """Events with a dead letter and, so far, no output."""


class CallStages(Protocol):
    """The port to the tracked records of all stages."""

    def record(self, records: Iterable[StageRecord]) -> None:
        """Adds records; those at a known place in the log are ignored."""

    def counts(self, tenant: str = "") -> list[StageCount]:
        """The counts of each stage that has records, by name; of all tenants if `tenant` is None."""

    def of_call(self, tenant: str, call_id: str) -> list[StageRecord]:
        """A call's records, oldest first."""

    def among(self, stage: str, event_ids: Collection[str]) -> set[str]:
        """Which of the event ids, a few hundred at most, the stage has a record of."""


class SqlCallStages:
    """CallStages in the database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def record(self, records: Iterable[StageRecord]) -> None:
        rows = [_row(record) for record in records]
        self._database.write(lambda connection: insert_new(connection, call_stage, rows))

    def counts(self, tenant: str = "") -> list[StageCount]:
        return self._database.read(lambda connection: _counts(connection, tenant))

    def of_call(self, tenant: str, call_id: str) -> list[StageRecord]:
        table = call_stage.c
        query = (
            select(call_stage)
            .where(table.tenant == tenant, table.call_id == call_id)
            .order_by(table.created_at, table.topic, table.partition, table.log_offset)
        )
        rows = self._database.read(lambda connection: connection.execute(query).mappings().all())
        return [_record(dict(row)) for row in rows]

    def among(self, stage: str, event_ids: Collection[str]) -> set[str]:
        table = call_stage.c
        query = select(table.event_id).where(table.stage == stage, table.event_id.in_(event_ids))
        return set(self._database.read(lambda connection: connection.execute(query).scalars().all()))


def _counts(connection: Connection, tenant: str) -> list[StageCount]:
    table = call_stage.c
    done = func.sum(case((table.status == Status.DONE.value, 1), else_=0)).label("done")
    call = (table.tenant + "/" + table.call_id).label("call")
    events = select(table.stage, call, table.event_id, done).group_by(
        table.stage, table.tenant, table.call_id, table.event_id
    )
    if tenant:
        events = events.where(table.tenant == tenant)
    event = events.subquery().c
    query = (
        select(
            event.stage,
            func.count(distinct(case((event.done > 0, event.call)))),
            func.sum(event.done),
            func.sum(case((event.done > 1, event.done - 1), else_=0)),
            func.sum(case((event.done == 0, 1), else_=0)),
        )
        .group_by(event.stage)
        .order_by(event.stage)
    )
    return [StageCount(stage, *map(int, numbers)) for stage, *numbers in connection.execute(query)]


def _row(record: StageRecord) -> dict[str, Any]:
    row = asdict(record)
    return row | {"log_offset": row.pop("offset"), "status": record.status.value}


def _record(row: dict[str, Any]) -> StageRecord:
    return StageRecord(offset=row.pop("log_offset"), status=Status(row.pop("status")), **row)
