"""Error profiles, and which decided reviews have been published."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from arf.kit.db.column_types import SealedMessage, Time

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Adds error_profile, error_profile_example, error_profile_request, review_publication."""
    op.create_table(
        "error_profile",
        sa.Column("tenant", sa.String(128), primary_key=True),
        sa.Column("profile_id", sa.String(128), primary_key=True),
        sa.Column("created_at", Time, nullable=False),
        sa.Column("profile", sa.LargeBinary, nullable=False),
    )
    op.create_index(
        "ix_error_profile_tenant_created_at_profile_id", "error_profile", ["tenant", "created_at", "profile_id"]
    )
    op.create_table(
        "error_profile_example",
        sa.Column("tenant", sa.String(128), primary_key=True),
        sa.Column("profile_id", sa.String(128), primary_key=True),
        sa.Column("position", sa.Integer, primary_key=True),
        sa.Column("call_id", sa.String(128), nullable=False),
        sa.Column("example", SealedMessage, nullable=False),
    )
    op.create_table(
        "error_profile_request",
        sa.Column("tenant", sa.String(128), primary_key=True),
        sa.Column("request_id", sa.String(128), primary_key=True),
        sa.Column("profile_id", sa.String(128), nullable=False),
    )
    op.create_table(
        "review_publication",
        sa.Column(
            "review_id",
            sa.String(128),
            sa.ForeignKey("review.review_id", ondelete="CASCADE", name="fk_review_publication_review_id"),
            primary_key=True,
        ),
        sa.Column("published_at", Time, nullable=False),
    )
