"""The review queue in the database."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Integer, Row, case, cast, func, select, tuple_, update

from arf.editor.reviews import (
    AlreadyDecided,
    DetectorPrecision,
    FlaggedFinding,
    PendingReview,
    QueuedReview,
    ReviewDecision,
    ReviewPage,
)
from arf.editor.store import review, review_finding
from arf.kit.db.database import Database
from arf.kit.db.inserting import insert_new
from arf.kit.db.page_token import place_of, token_of
from arf.kit.errors import InvalidRecord, NotFound
from arf.v1.review_pb2 import ReviewState, ReviewVerdict

_DECIDED = case((review.c.verdict == 0, 0), else_=1)


class SqlReviews:
    """The review queue in the database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def enqueue(self, reviews: Sequence[PendingReview]) -> None:
        def work(connection: Connection) -> None:
            for pending in reviews:
                _enqueue(connection, pending)

        self._database.write(work)

    def decide(self, tenant: str, review_id: str, verdict: ReviewDecision) -> QueuedReview:
        if verdict.verdict == ReviewVerdict.REVIEW_VERDICT_UNSPECIFIED:
            raise InvalidRecord("verdict", "is not given")

        def work(connection: Connection) -> QueuedReview:
            query = select(review).where(review.c.review_id == review_id, review.c.tenant == tenant)
            row = _one(connection.execute(query.with_for_update()).one_or_none(), review_id)
            if row.verdict == 0:
                _decide(connection, review_id, verdict)
            elif not verdict.request_id or row.request_id != verdict.request_id:
                raise AlreadyDecided(f"reviews/{review_id} is already decided")
            return _queued(connection, connection.execute(query).all())[0]

        return self._database.write(work)

    def get(self, tenant: str, review_id: str) -> QueuedReview:
        query = select(review).where(review.c.review_id == review_id, review.c.tenant == tenant)
        return self._database.read(
            lambda connection: _queued(connection, [_one(connection.execute(query).one_or_none(), review_id)])[0]
        )

    def page(
        self,
        tenant: str,
        state: ReviewState = ReviewState.REVIEW_STATE_UNSPECIFIED,
        channel: str = "",
        limit: int = 50,
        token: str = "",
    ) -> ReviewPage:
        order = (_DECIDED, review.c.created_at, review.c.review_id)
        query = select(review).where(review.c.tenant == tenant).order_by(*order).limit(limit + 1)
        if state != ReviewState.REVIEW_STATE_UNSPECIFIED:
            pending = review.c.verdict == 0
            query = query.where(pending if state == ReviewState.REVIEW_STATE_PENDING else ~pending)
        if channel:
            query = query.where(review.c.channel == channel)
        if token:
            query = query.where(tuple_(*order) > tuple_(*place_of(token, 1)))
        found = self._database.read(lambda connection: _queued(connection, connection.execute(query).all()))
        return ReviewPage(found[:limit], _token(found[limit - 1]) if len(found) > limit else "")

    def precision(self, tenant: str | None = None) -> list[DetectorPrecision]:
        finding = review_finding.c
        query = (
            select(finding.detector, finding.error_type, func.count(), func.sum(cast(finding.rejected, Integer)))
            .join_from(review_finding, review)
            .where(review.c.verdict != 0)
            .group_by(finding.detector, finding.error_type)
            .order_by(finding.detector, finding.error_type)
        )
        if tenant is not None:
            query = query.where(review.c.tenant == tenant)
        rows = self._database.read(lambda connection: connection.execute(query).all())
        return [DetectorPrecision(detector, kind, judged, int(rejected)) for detector, kind, judged, rejected in rows]


def _enqueue(connection: Connection, pending: PendingReview) -> None:
    row = {
        "review_id": pending.review_id,
        "tenant": pending.tenant,
        "call_id": pending.call_id,
        "channel": pending.channel,
        "revision": pending.revision,
        "created_at": pending.created_at,
    }
    insert_new(connection, review, [row])
    findings = [
        {"review_id": pending.review_id, "finding_id": f.finding_id, "detector": f.detector, "error_type": f.type}
        for f in pending.findings
    ]
    insert_new(connection, review_finding, findings)


def _decide(connection: Connection, review_id: str, verdict: ReviewDecision) -> None:
    finding = review_finding.c
    known = set(connection.execute(select(finding.finding_id).where(finding.review_id == review_id)).scalars())
    if strange := verdict.rejected - known:
        raise InvalidRecord("rejected_finding_ids", f"reviews/{review_id} has no finding {min(strange)}")
    original = verdict.verdict == ReviewVerdict.REVIEW_VERDICT_ORIGINAL
    connection.execute(
        update(review_finding)
        .where(finding.review_id == review_id, finding.finding_id.in_(known if original else verdict.rejected))
        .values(rejected=True)
    )
    connection.execute(
        update(review)
        .where(review.c.review_id == review_id)
        .values(
            verdict=verdict.verdict,
            decided_text=verdict.text,
            reviewer=verdict.reviewer,
            comment=verdict.comment,
            decided_at=verdict.decided_at,
            request_id=verdict.request_id,
        )
    )


def _one(row: Row[Any] | None, review_id: str) -> Row[Any]:
    if row is None:
        raise NotFound(f"reviews/{review_id} does not exist")
    return row


def _queued(connection: Connection, rows: Sequence[Row[Any]]) -> list[QueuedReview]:
    finding = review_finding.c
    wanted = finding.review_id.in_([row.review_id for row in rows])
    findings = defaultdict(list)
    for found in connection.execute(select(review_finding).where(wanted).order_by(finding.finding_id)):
        findings[found.review_id].append(found)
    return [_review(row, findings[row.review_id]) for row in rows]


def _review(row: Row[Any], findings: Sequence[Row[Any]]) -> QueuedReview:
    flagged = tuple(FlaggedFinding(f.finding_id, f.detector, f.error_type) for f in findings)
    pending = PendingReview(row.review_id, row.tenant, row.call_id, row.channel, row.revision, flagged, row.created_at)
    if row.verdict == 0:
        return QueuedReview(pending)
    rejected = frozenset(f.finding_id for f in findings if f.rejected)
    verdict = ReviewDecision(
        row.verdict, row.reviewer, row.decided_at, row.decided_text, rejected, row.comment, row.request_id
    )
    return QueuedReview(pending, verdict)


def _token(last: QueuedReview) -> str:
    pending = last.pending
    return token_of(int(last.verdict is not None), at=pending.created_at, id_=pending.review_id)
