"""Tracks which decided reviews have been published to the log: a decision is stored in the database first."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from sqlalchemy import select

from arf.editor.store import review, review_publication
from arf.kit.db.database import Database
from arf.kit.db.inserting import insert_new


class Publications(Protocol):
    """Compares the decisions in the database with the decided revisions in the log."""

    def note(self, review_ids: Sequence[str], at: datetime) -> None:
        """Marks decisions as published; idempotent. Unknown reviews are ignored."""
        ...

    def missing(self, before: datetime, limit: int = 100) -> list[tuple[str, str]]:
        """Tenant and id of reviews decided before this time and not yet in the log, oldest first."""
        ...


class SqlPublications:
    """Publications in the database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def note(self, review_ids: Sequence[str], at: datetime) -> None:
        known = select(review.c.review_id).where(review.c.review_id.in_(review_ids))
        self._database.write(
            lambda connection: insert_new(
                connection,
                review_publication,
                [{"review_id": id_, "published_at": at} for id_ in connection.execute(known).scalars().all()],
            )
        )

    def missing(self, before: datetime, limit: int = 100) -> list[tuple[str, str]]:
        published = select(review_publication.c.review_id)
        query = (
            select(review.c.tenant, review.c.review_id)
            .where(review.c.decided_at < before, review.c.review_id.not_in(published))
            .order_by(review.c.decided_at, review.c.review_id)
            .limit(limit)
        )
        rows = self._database.read(lambda connection: connection.execute(query).all())
        return [(tenant, review_id) for tenant, review_id in rows]
