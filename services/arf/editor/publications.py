"""Which decided reviews are in the log: a decision is made in the database first, and must then reach it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from sqlalchemy import select

from arf.editor.store import review, review_publication
from arf.kit.db.database import Database
from arf.kit.db.inserting import insert_new


class Publications(Protocol):
    """A projection of the decided revisions in the log, held against the decisions in the database."""

    def note(self, review_ids: Sequence[str], at: datetime) -> None:
        """Notes that decisions are in the log; doing it again changes nothing. Unknown reviews are passed over."""
        ...

    def missing(self, before: datetime, limit: int = 100) -> list[tuple[str, str]]:
        """Tenant and id of reviews that were decided before that time and are not in the log, the oldest first."""
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
