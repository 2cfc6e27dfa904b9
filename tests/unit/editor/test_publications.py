"""Decisions that did not reach the log are found; those that did are not."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from arf.editor.publications import SqlPublications
from arf.editor.reviews import PendingReview, ReviewDecision
from arf.editor.reviews_sql import SqlReviews
from arf.kit.db.database import Database
from arf.v1.events_pb2 import Sealed
from arf.v1.review_pb2 import ReviewVerdict

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)


def test_a_decision_is_missing_until_it_is_noted(database: Database) -> None:
    reviews, publications = SqlReviews(database), SqlPublications(database)
    for n in range(3):
        reviews.enqueue([PendingReview(f"r{n}", "t", f"c{n}", "phone", Sealed(), (), NOW)])
    for n in range(2):
        verdict = ReviewDecision(ReviewVerdict.REVIEW_VERDICT_REJECTED, "ann", NOW + timedelta(minutes=n))
        reviews.decide("t", f"r{n}", verdict)

    assert publications.missing(NOW + timedelta(seconds=1)) == [("t", "r0")]
    assert publications.missing(NOW + timedelta(hours=1)) == [("t", "r0"), ("t", "r1")]
    for _ in range(2):
        publications.note(["r0", "unknown"], NOW)
    assert publications.missing(NOW + timedelta(hours=1)) == [("t", "r1")]
