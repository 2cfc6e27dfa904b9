"""The Review message of a queued review, without what is sealed."""

from __future__ import annotations

import hashlib

from arf.editor.reviews import QueuedReview
from arf.v1.review_pb2 import Review

PREFIX = "reviews/"


def etag(queued: QueuedReview) -> str:
    """A hash of the review's state, which only its decision changes."""
    decided = "" if queued.verdict is None else queued.verdict.decided_at.isoformat()
    return hashlib.sha256(f"{queued.pending.review_id} {decided}".encode()).hexdigest()[:16]


def bare_review(queued: QueuedReview) -> Review:
    """The review without its sealed texts."""
    pending, verdict = queued.pending, queued.verdict
    review = Review(
        name=PREFIX + pending.review_id,
        call_id=pending.call_id,
        tenant=pending.tenant,
        channel=pending.channel,
        state=queued.state,
        etag=etag(queued),
    )
    review.create_time.FromDatetime(pending.created_at)
    if verdict is not None:
        review.verdict = verdict.verdict
        review.rejected_finding_ids.extend(sorted(verdict.rejected))
        review.reviewer = verdict.reviewer
        review.comment = verdict.comment
        review.decide_time.FromDatetime(verdict.decided_at)
    return review


def header_review(queued: QueuedReview) -> Review:
    """The decided review without its comment: headers are plain text that can never be deleted."""
    review = bare_review(queued)
    review.ClearField("comment")
    return review
