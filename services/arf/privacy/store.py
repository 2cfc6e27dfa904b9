"""The table of calls' keys. Tombstones of forgotten calls are kept, so that they never get another key.

One row is of no call: the first process seals a key for PROOF, and each later one shows by it that it has the right
master key.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, Column, Index, LargeBinary, String, Table

from arf.kit.db.column_types import Time
from arf.kit.db.registry import Retention, Store
from arf.kit.db.tables import ID, metadata

call_key = Table(
    "call_key",
    metadata,
    Column("tenant", String(ID), primary_key=True),
    Column("call_id", String(ID), primary_key=True),
    Column("key_id", String(ID), nullable=False, unique=True),
    Column("wrapped", LargeBinary),
    Column("master_id", String(ID)),
    Column("created_at", Time, nullable=False),
    Column("destroyed_at", Time),
    CheckConstraint("(wrapped IS NULL) = (destroyed_at IS NOT NULL)", name="key_or_tombstone"),
    Index(None, "created_at"),
    Index(None, "master_id"),
)
"""One key for each call. A row without a key is a tombstone: the call never gets another one."""


PROOF = ("", "master key")
"""Tenant and call id of the key that proves the master key; no call has them, since no id is empty or has blanks."""

CALL_KEYS = (call_key.c.tenant != PROOF[0]) & call_key.c.destroyed_at.is_(None)
"""The condition for keys of calls that are not destroyed."""


def tombstone(now: datetime) -> Mapping[str, Any]:
    """The values that overwrite a destroyed key."""
    return {"wrapped": None, "master_id": None, "destroyed_at": now}


STORE = Store(
    (call_key,),
    # Without its key the text of a call is unreadable everywhere: in topics, tables and datasets.
    (
        Retention(
            call_key,
            lambda before: (call_key.c.created_at < before) & CALL_KEYS,
            days=730,
            tombstone=tombstone,
            by_hand=True,
            least_days=30,
        ),
    ),
)
