"""The schema as this release knows it. The migrations make it, and a test holds the two together.

Tables without a comment of their own are projections: they can be made anew from the records that are committed.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    false,
    text,
)

from arf.kit.db.column_types import RowNumber, SealedMessage, Time

ID = 128
"""The longest id."""

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    }
)

# How far each projection has read each partition.
projection_progress = Table(
    "projection_progress",
    metadata,
    Column("projection", String(ID), primary_key=True),
    Column("topic", String(ID), primary_key=True),
    Column("partition", Integer, primary_key=True),
    Column("next_offset", BigInteger, nullable=False),
)

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

review = Table(
    "review",
    metadata,
    Column("review_id", String(ID), primary_key=True),
    Column("tenant", String(ID), nullable=False),
    Column("call_id", String(ID), nullable=False),
    Column("channel", String(64), nullable=False),
    Column("revision", SealedMessage, nullable=False),
    Column("created_at", Time, nullable=False),
    # 0 while pending; the number of arf.v1.ReviewVerdict.
    Column("verdict", Integer, nullable=False, server_default=text("0")),
    Column("decided_text", SealedMessage),
    Column("reviewer", String(512)),
    Column("comment", Text),
    Column("decided_at", Time),
    Column("request_id", String(ID)),
    Index(None, "tenant", "created_at"),
    Index(None, "decided_at"),
)

review_finding = Table(
    "review_finding",
    metadata,
    Column("review_id", String(ID), ForeignKey("review.review_id", ondelete="CASCADE"), primary_key=True),
    Column("finding_id", String(ID), primary_key=True),
    Column("detector", String(ID), nullable=False),
    # The number of arf.v1.ErrorType.
    Column("error_type", Integer, nullable=False),
    Column("rejected", Boolean, nullable=False, server_default=false()),
)

# One key a call. A row without a key is a tombstone: nobody makes that call another one.
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

# The teacher's cache: nobody else's truth.
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

# Money in millionths of the budget's currency. The truth itself.
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

# Slices of a budget that replicas hold. The truth itself.
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

# Who did what, when and why. Triggers refuse to change or remove a row. The truth itself.
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

# Error profiles as they were made. The truth itself.
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

# Which decided reviews are in the log: those that are not have yet to be published.
review_publication = Table(
    "review_publication",
    metadata,
    Column("review_id", String(ID), ForeignKey("review.review_id", ondelete="CASCADE"), primary_key=True),
    Column("published_at", Time, nullable=False),
)
