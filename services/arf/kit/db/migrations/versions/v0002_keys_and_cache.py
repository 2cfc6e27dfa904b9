"""Keys of calls, and the teacher's cache of answers, which are sealed with them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from arf.kit.db.column_types import SealedMessage, Time

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Adds call_key, teacher_answer."""
    op.create_table(
        "call_key",
        sa.Column("tenant", sa.String(128), primary_key=True),
        sa.Column("call_id", sa.String(128), primary_key=True),
        sa.Column("key_id", sa.String(128), nullable=False),
        sa.Column("wrapped", sa.LargeBinary),
        sa.Column("master_id", sa.String(128)),
        sa.Column("created_at", Time, nullable=False),
        sa.Column("destroyed_at", Time),
        sa.UniqueConstraint("key_id", name="uq_call_key_key_id"),
        sa.CheckConstraint("(wrapped IS NULL) = (destroyed_at IS NOT NULL)", name="ck_call_key_key_or_tombstone"),
    )
    op.create_index("ix_call_key_created_at", "call_key", ["created_at"])
    op.create_index("ix_call_key_master_id", "call_key", ["master_id"])
    op.create_table(
        "teacher_answer",
        sa.Column("tenant", sa.String(128), primary_key=True),
        sa.Column("key_hash", sa.String(128), primary_key=True),
        sa.Column("call_id", sa.String(128), nullable=False),
        sa.Column("answer", SealedMessage, nullable=False),
        sa.Column("created_at", Time, nullable=False),
        sa.Column("expires_at", Time, nullable=False),
    )
    op.create_index("ix_teacher_answer_tenant_call_id", "teacher_answer", ["tenant", "call_id"])
    op.create_index("ix_teacher_answer_expires_at", "teacher_answer", ["expires_at"])
