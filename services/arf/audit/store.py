"""The table of the audit log, whose entries are kept for ever."""

from __future__ import annotations

from sqlalchemy import Column, Index, String, Table, Text

from arf.kit.db.column_types import RowNumber, Time
from arf.kit.db.registry import Store
from arf.kit.db.tables import ID, metadata

audit_entry = Table(
    "audit_entry",
    metadata,
    Column("entry_id", RowNumber, primary_key=True, autoincrement=True),
    Column("at", Time, nullable=False),
    Column("tenant", String(ID), nullable=False),
    Column("actor", String(512), nullable=False),
    Column("action", String(32), nullable=False),
    Column("resource", String(512), nullable=False),
    Column("reason", Text, nullable=False),
    Index(None, "tenant", "entry_id"),
)
"""The entries of the audit log. Triggers refuse to change or remove a row."""

STORE = Store((audit_entry,))
