"""The Review of a queued review, as far as it can be told without opening what is sealed."""

from __future__ import annotations

import hashlib

from arf.editor.reviews import QueuedReview
from arf.v1.review_pb2 import Review

PREFIX = "reviews/"


def etag(queued: QueuedReview) -> str:
    """A hash of the review's state, which its decision alone changes."""
    decided = "" if queued.verdict is None else queued.verdict.decided_at.isoformat()
    return hashlib.sha256(f"{queued.pending.review_id} {decided}".encode()).hexdigest()[:16]


def bare_review(queued: QueuedReview) -> Review:
    """The review without the texts that are sealed."""
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
    """The summary without the comment: headers are in the clear, and nobody can take them back."""
    review = bare_review(queued)
    review.ClearField("comment")
    return review
