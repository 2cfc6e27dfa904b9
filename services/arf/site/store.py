"""The tables of tracking and lineage, all of which can be rebuilt from the log."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, Column, ColumnElement, Index, Integer, String, Table, exists

from arf.kit.db.column_types import Time
from arf.kit.db.registry import Retention, Store
from arf.kit.db.tables import ID, metadata

call_stage = Table(
    "call_stage",
    metadata,
    Column("topic", String(ID), primary_key=True),
    Column("partition", Integer, primary_key=True),
    Column("log_offset", BigInteger, primary_key=True),
    Column("tenant", String(ID), nullable=False),
    Column("call_id", String(ID), nullable=False),
    Column("stage", String(ID), nullable=False),
    Column("event_id", String(ID), nullable=False),
    Column("status", String(16), nullable=False),
    Column("created_at", Time, nullable=False),
    Index(None, "tenant", "call_id"),
    Index(None, "stage", "event_id"),
    Index(None, "created_at"),
)
"""One row for each committed record of a stage."""

lineage_edge = Table(
    "lineage_edge",
    metadata,
    Column("tenant", String(ID), primary_key=True),
    Column("parent_kind", String(32), primary_key=True),
    Column("parent_id", String(ID), primary_key=True),
    Column("child_kind", String(32), primary_key=True),
    Column("child_id", String(ID), primary_key=True),
    Column("created_at", Time, nullable=False),
    Index(None, "tenant", "child_kind", "child_id"),
    Index(None, "created_at"),
)
"""The edges of the lineage graph; ids alone."""

projection_progress = Table(
    "projection_progress",
    metadata,
    Column("projection", String(ID), primary_key=True),
    Column("topic", String(ID), primary_key=True),
    Column("partition", Integer, primary_key=True),
    Column("next_offset", BigInteger, nullable=False),
)
"""How far each partition of the log has been read."""


def _call_is_old(before: datetime) -> ColumnElement[bool]:
    """A call's rows are removed together: an input without its output would not add up in `arf status`."""
    row, later = call_stage.c, call_stage.alias().c
    young = exists().where(later.tenant == row.tenant, later.call_id == row.call_id, later.created_at >= before)
    return (row.created_at < before) & ~young


STORE = Store(
    (call_stage, lineage_edge, projection_progress),
    (
        Retention(call_stage, _call_is_old, days=90),
        Retention(lineage_edge, lambda before: lineage_edge.c.created_at < before, days=None),
    ),
)
