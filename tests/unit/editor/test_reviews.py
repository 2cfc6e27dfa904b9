"""A review is decided once, and what people reject counts against the detector that found it."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from arf.editor.reviews import AlreadyDecided, DetectorPrecision, FlaggedFinding, PendingReview, ReviewDecision
from arf.editor.reviews_sql import SqlReviews
from arf.kit.db.database import Database
from arf.kit.errors import InvalidRecord, NotFound
from arf.v1.events_pb2 import Sealed
from arf.v1.finding_pb2 import ErrorType
from arf.v1.review_pb2 import ReviewState, ReviewVerdict

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
PENDING, DECIDED = ReviewState.REVIEW_STATE_PENDING, ReviewState.REVIEW_STATE_DECIDED
DETAIL, ROLE = ErrorType.ERROR_TYPE_WRONG_DETAIL, ErrorType.ERROR_TYPE_ROLE_MISATTRIBUTION


def _pending(number: int, channel: str = "phone", tenant: str = "acme") -> PendingReview:
    findings = (FlaggedFinding(f"f{number}a", "details@1", DETAIL), FlaggedFinding(f"f{number}b", "role@2", ROLE))
    at = NOW + timedelta(microseconds=number)
    return PendingReview(f"r{number}", tenant, f"call-{number}", channel, Sealed(key_id="k"), findings, at)


EDITED = ReviewDecision(
    ReviewVerdict.REVIEW_VERDICT_EDITED, "ann", NOW, Sealed(key_id="t"), frozenset({"f1a"}), "as said", "request-1"
)


@pytest.fixture
def reviews(database: Database) -> SqlReviews:
    found = SqlReviews(database)
    found.enqueue([_pending(n) for n in (3, 1, 2)])
    found.enqueue([_pending(9, tenant="other")])
    return found


def test_a_decision_comes_back_whole(reviews: SqlReviews) -> None:
    decided = reviews.decide("acme", "r1", EDITED)
    assert decided == reviews.get("acme", "r1")
    assert decided.pending == _pending(1)
    assert decided.verdict == EDITED
    assert (decided.state, reviews.get("acme", "r2").state) == (DECIDED, PENDING)


def test_a_second_decision_is_refused_unless_it_is_the_same_request(reviews: SqlReviews) -> None:
    first = reviews.decide("acme", "r1", EDITED)
    assert reviews.decide("acme", "r1", replace(EDITED, reviewer="bob")) == first
    for request_id in ("", "request-2"):
        with pytest.raises(AlreadyDecided, match="reviews/r1"):
            reviews.decide("acme", "r1", replace(EDITED, request_id=request_id))
    assert reviews.get("acme", "r1") == first


def test_one_wins_when_two_decide_at_once(reviews: SqlReviews) -> None:
    barrier, refused = threading.Barrier(4), []

    def work(number: int) -> None:
        barrier.wait()
        try:
            reviews.decide("acme", "r1", replace(EDITED, reviewer=str(number), request_id=str(number)))
        except AlreadyDecided:
            refused.append(str(number))

    threads = [threading.Thread(target=work, args=(n,)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    verdict = reviews.get("acme", "r1").verdict
    assert verdict is not None
    assert sorted([verdict.reviewer, *refused]) == ["0", "1", "2", "3"]


def test_a_review_stays_as_it_is_when_its_record_is_projected_again(reviews: SqlReviews) -> None:
    decided = reviews.decide("acme", "r1", EDITED)
    reviews.enqueue([_pending(1)])
    assert reviews.get("acme", "r1") == decided


def test_a_review_of_another_tenant_does_not_exist(reviews: SqlReviews) -> None:
    with pytest.raises(NotFound, match="reviews/r9"):
        reviews.get("acme", "r9")
    with pytest.raises(NotFound):
        reviews.decide("acme", "r9", EDITED)


def test_a_decision_is_refused_whole_when_a_rejected_finding_is_strange(reviews: SqlReviews) -> None:
    with pytest.raises(InvalidRecord, match="rejected_finding_ids: reviews/r1 has no finding f2a"):
        reviews.decide("acme", "r1", replace(EDITED, rejected=frozenset({"f1a", "f2a"})))
    with pytest.raises(InvalidRecord, match="verdict"):
        reviews.decide("acme", "r1", replace(EDITED, verdict=ReviewVerdict.REVIEW_VERDICT_UNSPECIFIED))
    assert reviews.get("acme", "r1").verdict is None


def test_pages_give_each_review_once_the_oldest_pending_first(reviews: SqlReviews) -> None:
    reviews.decide("acme", "r1", EDITED)
    seen, token = [], ""
    while True:
        page = reviews.page("acme", limit=1, token=token)
        seen += [r.pending.review_id for r in page.reviews]
        token = page.next_token
        if not token:
            break
    assert seen == ["r2", "r3", "r1"]


def test_a_page_holds_only_what_was_asked_for(reviews: SqlReviews) -> None:
    reviews.enqueue([_pending(4, channel="email")])
    reviews.decide("acme", "r1", EDITED)

    def ids(**wanted: object) -> list[str]:
        return [r.pending.review_id for r in reviews.page("acme", **wanted).reviews]  # type: ignore[arg-type]

    assert ids(state=PENDING) == ["r2", "r3", "r4"]
    assert ids(state=DECIDED) == ["r1"]
    assert ids(channel="email") == ["r4"]


@pytest.mark.parametrize("token", ["x", "1.2", "a.b.c", "0.99999999999999999999.r1"])
def test_a_token_that_was_never_given_is_refused(reviews: SqlReviews, token: str) -> None:
    with pytest.raises(InvalidRecord, match="page_token"):
        reviews.page("acme", token=token)


def test_rejected_findings_count_against_their_detectors(reviews: SqlReviews) -> None:
    assert reviews.precision("acme") == []
    reviews.decide("acme", "r1", EDITED)
    original = replace(EDITED, verdict=ReviewVerdict.REVIEW_VERDICT_ORIGINAL, rejected=frozenset())
    assert reviews.decide("acme", "r2", original).verdict == replace(original, rejected=frozenset({"f2a", "f2b"}))

    assert reviews.precision("acme") == [
        DetectorPrecision("details@1", DETAIL, judged=2, rejected=2),
        DetectorPrecision("role@2", ROLE, judged=2, rejected=1),
    ]
    assert [p.precision for p in reviews.precision("acme")] == [0, 0.5]
    assert reviews.precision("other") == []
