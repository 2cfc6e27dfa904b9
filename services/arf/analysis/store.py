"""The analysis service's tables: error profiles, which cannot be recomputed once the log has been shortened."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import Column, Connection, Index, Integer, LargeBinary, String, Table, delete

from arf.kit.db.column_types import SealedMessage, Time
from arf.kit.db.registry import Store
from arf.kit.db.tables import ID, metadata

error_profile = Table(
    "error_profile",
    metadata,
    Column("tenant", String(ID), primary_key=True),
    Column("profile_id", String(ID), primary_key=True),
    Column("created_at", Time, nullable=False),
    # A serialised arf.v1.ErrorProfile without its examples: numbers, no text of calls.
    Column("profile", LargeBinary, nullable=False),
    Index(None, "tenant", "created_at", "profile_id"),
)

error_profile_example = Table(
    "error_profile_example",
    metadata,
    Column("tenant", String(ID), primary_key=True),
    Column("profile_id", String(ID), primary_key=True),
    Column("position", Integer, primary_key=True),
    Column("call_id", String(ID), nullable=False),
    Column("example", SealedMessage, nullable=False),
)

error_profile_request = Table(
    "error_profile_request",
    metadata,
    Column("tenant", String(ID), primary_key=True),
    Column("request_id", String(ID), primary_key=True),
    Column("profile_id", String(ID), nullable=False),
)


def forget(connection: Connection, tenant: str, call_id: str) -> Mapping[str, int]:
    """Deletes the call's sentences from profiles' examples; the figures stay."""
    table = error_profile_example.c
    statement = delete(error_profile_example).where(table.tenant == tenant, table.call_id == call_id)
    return {"error_profile_example": connection.execute(statement).rowcount}


STORE = Store((error_profile, error_profile_example, error_profile_request), forget=forget)
