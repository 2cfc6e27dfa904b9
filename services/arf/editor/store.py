"""The editor service's tables: pending and decided reviews, which can be rebuilt from the log."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import (
    Boolean,
    Column,
    Connection,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    false,
    text,
    update,
)

from arf.kit.db.column_types import SealedMessage, Time
from arf.kit.db.registry import Retention, Store
from arf.kit.db.tables import ID, metadata

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

review_publication = Table(
    "review_publication",
    metadata,
    Column("review_id", String(ID), ForeignKey("review.review_id", ondelete="CASCADE"), primary_key=True),
    Column("published_at", Time, nullable=False),
)
"""Which decided reviews have been published to the log."""


def forget(connection: Connection, tenant: str, call_id: str) -> Mapping[str, int]:
    """Deletes the comments of the call's reviews, the only text here that is not sealed; decisions stay."""
    table = review.c
    statement = (
        update(review)
        .where(table.tenant == tenant, table.call_id == call_id, table.comment.is_not(None), table.comment != "")
        .values(comment="")
    )
    return {"review_comment": connection.execute(statement).rowcount}


STORE = Store(
    (review, review_finding, review_publication),
    # Pending reviews have no decision time, so they stay.
    (Retention(review, lambda before: review.c.decided_at < before, days=365),),
    forget,
)
