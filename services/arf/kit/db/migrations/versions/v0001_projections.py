"""Projections of committed records: where each call is, what came of what, what waits for a person."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from arf.kit.db.column_types import SealedMessage, Time

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Adds projection_progress, call_stage, lineage_edge, review, review_finding."""
    op.create_table(
        "projection_progress",
        sa.Column("projection", sa.String(128), primary_key=True),
        sa.Column("topic", sa.String(128), primary_key=True),
        sa.Column("partition", sa.Integer, primary_key=True),
        sa.Column("next_offset", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "call_stage",
        sa.Column("topic", sa.String(128), primary_key=True),
        sa.Column("partition", sa.Integer, primary_key=True),
        sa.Column("log_offset", sa.BigInteger, primary_key=True),
        sa.Column("tenant", sa.String(128), nullable=False),
        sa.Column("call_id", sa.String(128), nullable=False),
        sa.Column("stage", sa.String(128), nullable=False),
        sa.Column("event_id", sa.String(128), nullable=False),
        sa.Column("status", sa.String(16), nullable=False),
        sa.Column("created_at", Time, nullable=False),
    )
    op.create_index("ix_call_stage_tenant_call_id", "call_stage", ["tenant", "call_id"])
    op.create_index("ix_call_stage_stage_event_id", "call_stage", ["stage", "event_id"])
    op.create_index("ix_call_stage_created_at", "call_stage", ["created_at"])
    op.create_table(
        "lineage_edge",
        sa.Column("tenant", sa.String(128), primary_key=True),
        sa.Column("parent_kind", sa.String(32), primary_key=True),
        sa.Column("parent_id", sa.String(128), primary_key=True),
        sa.Column("child_kind", sa.String(32), primary_key=True),
        sa.Column("child_id", sa.String(128), primary_key=True),
        sa.Column("created_at", Time, nullable=False),
    )
    op.create_index("ix_lineage_edge_tenant_child_kind_child_id", "lineage_edge", ["tenant", "child_kind", "child_id"])
    op.create_index("ix_lineage_edge_created_at", "lineage_edge", ["created_at"])
    op.create_table(
        "review",
        sa.Column("review_id", sa.String(128), primary_key=True),
        sa.Column("tenant", sa.String(128), nullable=False),
        sa.Column("call_id", sa.String(128), nullable=False),
        sa.Column("channel", sa.String(64), nullable=False),
        sa.Column("revision", SealedMessage, nullable=False),
        sa.Column("created_at", Time, nullable=False),
        sa.Column("verdict", sa.Integer, nullable=False, server_default=sa.text("0")),
        sa.Column("decided_text", SealedMessage),
        sa.Column("reviewer", sa.String(512)),
        sa.Column("comment", sa.Text),
        sa.Column("decided_at", Time),
        sa.Column("request_id", sa.String(128)),
    )
    op.create_index("ix_review_tenant_created_at", "review", ["tenant", "created_at"])
    op.create_index("ix_review_decided_at", "review", ["decided_at"])
    op.create_table(
        "review_finding",
        sa.Column(
            "review_id",
            sa.String(128),
            sa.ForeignKey("review.review_id", ondelete="CASCADE", name="fk_review_finding_review_id"),
            primary_key=True,
        ),
        sa.Column("finding_id", sa.String(128), primary_key=True),
        sa.Column("detector", sa.String(128), nullable=False),
        sa.Column("error_type", sa.Integer, nullable=False),
        sa.Column("rejected", sa.Boolean, nullable=False, server_default=sa.false()),
    )
