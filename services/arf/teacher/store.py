"""The teacher's tables: cached answers, and what tenants have spent."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Connection,
    Index,
    String,
    Table,
    delete,
    text,
)

from arf.kit.db.column_types import SealedMessage, Time
from arf.kit.db.registry import Retention, Store
from arf.kit.db.tables import ID, metadata

teacher_answer = Table(
    "teacher_answer",
    metadata,
    Column("tenant", String(ID), primary_key=True),
    Column("key_hash", String(ID), primary_key=True),
    Column("call_id", String(ID), nullable=False),
    Column("answer", SealedMessage, nullable=False),
    Column("created_at", Time, nullable=False),
    Column("expires_at", Time, nullable=False),
    Index(None, "tenant", "call_id"),
    Index(None, "expires_at"),
)
"""The response cache: losing it costs money, but no data."""

# Money is in millionths of the budget's currency. It is kept nowhere else: budgets cannot be rebuilt from the log.
budget = Table(
    "budget",
    metadata,
    Column("tenant", String(ID), primary_key=True),
    Column("period", String(32), primary_key=True),
    Column("limit_micros", BigInteger, nullable=False),
    Column("settled_micros", BigInteger, nullable=False, server_default=text("0")),
    Column("uncovered_micros", BigInteger, nullable=False, server_default=text("0")),
    Column("created_at", Time, nullable=False),
    CheckConstraint("limit_micros >= 0 AND settled_micros >= 0 AND uncovered_micros >= 0", name="not_negative"),
    Index(None, "created_at"),
)

budget_lease = Table(
    "budget_lease",
    metadata,
    Column("lease_id", String(ID), primary_key=True),
    Column("tenant", String(ID), nullable=False),
    Column("period", String(32), nullable=False),
    Column("replica", String(ID), nullable=False),
    Column("amount_micros", BigInteger, nullable=False),
    Column("spent_micros", BigInteger, nullable=False, server_default=text("0")),
    Column("open", Boolean, nullable=False),
    Column("expires_at", Time, nullable=False),
    CheckConstraint("amount_micros >= 0 AND spent_micros >= 0", name="not_negative"),
    Index(None, "tenant", "period", "open"),
    Index(None, "open", "expires_at"),
)
"""Slices of a budget, leased by replicas."""


def forget(connection: Connection, tenant: str, call_id: str) -> Mapping[str, int]:
    """Deletes the cached answers that the call asked for first."""
    table = teacher_answer.c
    statement = delete(teacher_answer).where(table.tenant == tenant, table.call_id == call_id)
    return {"teacher_answer": connection.execute(statement).rowcount}


STORE = Store(
    (teacher_answer, budget, budget_lease),
    (
        Retention(teacher_answer, lambda now: teacher_answer.c.expires_at <= now, days=0, fixed=True),
        Retention(budget, lambda before: budget.c.created_at < before, days=400),
        Retention(budget_lease, lambda before: (budget_lease.c.expires_at < before) & ~budget_lease.c.open, days=35),
    ),
    forget,
)
