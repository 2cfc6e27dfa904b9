"""Budgets with the slices that replicas hold of them, and the audit log."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from arf.kit.db.column_types import RowNumber, Time

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Adds budget, budget_lease, audit_entry."""
    op.create_table(
        "budget",
        sa.Column("tenant", sa.String(128), primary_key=True),
        sa.Column("period", sa.String(32), primary_key=True),
        sa.Column("limit_micros", sa.BigInteger, nullable=False),
        sa.Column("settled_micros", sa.BigInteger, nullable=False, server_default=sa.text("0")),
        sa.Column("uncovered_micros", sa.BigInteger, nullable=False, server_default=sa.text("0")),
        sa.Column("created_at", Time, nullable=False),
        sa.CheckConstraint(
            "limit_micros >= 0 AND settled_micros >= 0 AND uncovered_micros >= 0", name="ck_budget_not_negative"
        ),
    )
    op.create_index("ix_budget_created_at", "budget", ["created_at"])
    op.create_table(
        "budget_lease",
        sa.Column("lease_id", sa.String(128), primary_key=True),
        sa.Column("tenant", sa.String(128), nullable=False),
        sa.Column("period", sa.String(32), nullable=False),
        sa.Column("replica", sa.String(128), nullable=False),
        sa.Column("amount_micros", sa.BigInteger, nullable=False),
        sa.Column("spent_micros", sa.BigInteger, nullable=False, server_default=sa.text("0")),
        sa.Column("open", sa.Boolean, nullable=False),
        sa.Column("expires_at", Time, nullable=False),
        sa.CheckConstraint("amount_micros >= 0 AND spent_micros >= 0", name="ck_budget_lease_not_negative"),
    )
    op.create_index("ix_budget_lease_tenant_period_open", "budget_lease", ["tenant", "period", "open"])
    op.create_index("ix_budget_lease_open_expires_at", "budget_lease", ["open", "expires_at"])
    op.create_table(
        "audit_entry",
        sa.Column("entry_id", RowNumber, primary_key=True, autoincrement=True),
        sa.Column("at", Time, nullable=False),
        sa.Column("tenant", sa.String(128), nullable=False),
        sa.Column("actor", sa.String(512), nullable=False),
        sa.Column("action", sa.String(32), nullable=False),
        sa.Column("resource", sa.String(512), nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
    )
    op.create_index("ix_audit_entry_tenant_entry_id", "audit_entry", ["tenant", "entry_id"])
    if op.get_bind().dialect.name == "sqlite":
        for event in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER audit_entry_refuses_{event.lower()} BEFORE {event} ON audit_entry "
                "BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END"
            )
    else:
        op.execute(
            "CREATE FUNCTION audit_entry_refuses() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE EXCEPTION 'the audit log is append-only'; END $$"
        )
        op.execute(
            "CREATE TRIGGER audit_entry_refuses BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_entry "
            "FOR EACH STATEMENT EXECUTE FUNCTION audit_entry_refuses()"
        )
