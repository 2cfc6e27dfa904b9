"""Projects the log of revisions onto the review queue: which reviews are pending, and which were decided."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import UTC, datetime

from arf.calls.records import loads
from arf.editor.publications import Publications
from arf.editor.review_messages import PREFIX
from arf.editor.reviewing import REVIEW
from arf.editor.reviews import AlreadyDecided, FlaggedFinding, PendingReview, ReviewDecision, Reviews
from arf.kit.bus.headers import EVENT_ID
from arf.kit.bus.port import Record
from arf.kit.errors import ArfError, NotFound, Unavailable
from arf.privacy.seal import Forgotten
from arf.privacy.sealed_records import Seals, opened
from arf.v1.events_pb2 import Sealed
from arf.v1.review_pb2 import Review, ReviewVerdict
from arf.v1.revision_pb2 import Decision, Revision

logger = logging.getLogger(__name__)

NAME = "editor.reviews"


class ReviewProjection:
    """Keeps the review queue in step with the log; repeated records change nothing."""

    def __init__(self, reviews: Reviews, publications: Publications, seals: Seals) -> None:
        self._reviews = reviews
        self._publications = publications
        self._seals = seals

    def apply(self, records: Sequence[Record]) -> None:
        """Enqueues revisions that need review and records decisions; logs and skips bad records. Raises Unavailable."""
        for record in records:
            try:
                self._apply(record)
            except (Unavailable, Forgotten) as error:
                if isinstance(error, Unavailable):
                    raise
            except ArfError as error:
                logger.error("%s[%d]@%d: %s", record.topic, record.partition, record.offset, error)

    def _apply(self, record: Record) -> None:
        if REVIEW in record.headers:
            self._note(loads(record.headers[REVIEW], Review), record)
            return
        revision = opened(self._seals, record, Revision)
        if revision.decision == Decision.DECISION_NEEDS_REVIEW:
            self._reviews.enqueue([_pending(revision, record)])

    def _note(self, decided: Review, record: Record) -> None:
        """Restores a decision that the database has lost, without its comment."""
        review_id = decided.name.removeprefix(PREFIX)
        rejected = decided.verdict == ReviewVerdict.REVIEW_VERDICT_REJECTED
        verdict = ReviewDecision(
            verdict=decided.verdict,
            reviewer=decided.reviewer,
            decided_at=decided.decide_time.ToDatetime(UTC),
            text=None if rejected else Sealed.FromString(record.value),
            rejected=frozenset(decided.rejected_finding_ids),
        )
        try:
            self._reviews.decide(decided.tenant, review_id, verdict)
        except AlreadyDecided:
            pass
        except NotFound:
            return
        self._publications.note([review_id], _time(record))


def _pending(revision: Revision, record: Record) -> PendingReview:
    return PendingReview(
        review_id=record.headers[EVENT_ID],
        tenant=revision.tenant,
        call_id=revision.call_id,
        channel=revision.channel,
        revision=Sealed.FromString(record.value),
        findings=tuple(FlaggedFinding(f.finding_id, f.detector, f.type) for f in revision.targeted),
        created_at=_time(record),
    )


def _time(record: Record) -> datetime:
    return datetime.fromtimestamp(record.timestamp_ms / 1000, UTC)
