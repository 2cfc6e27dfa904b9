"""What each verdict makes of a revision, and which requests do not fit it."""

from __future__ import annotations

import pytest

from arf.editor.decisions import check, decided, remaining_of
from arf.kit.errors import InvalidRequest
from arf.v1.editor_service_pb2 import DecideReviewRequest
from arf.v1.finding_pb2 import ErrorType, Finding
from arf.v1.review_pb2 import ReviewVerdict
from arf.v1.revision_pb2 import Candidate, CandidateSource, Decision, Revision

CANDIDATE = ReviewVerdict.REVIEW_VERDICT_CANDIDATE
EDITED = ReviewVerdict.REVIEW_VERDICT_EDITED
ORIGINAL = ReviewVerdict.REVIEW_VERDICT_ORIGINAL
REJECTED = ReviewVerdict.REVIEW_VERDICT_REJECTED
LEFT = Finding(finding_id="left", type=ErrorType.ERROR_TYPE_FORMAT)
REVISION = Revision(
    call_id="c1",
    tenant="t",
    decision=Decision.DECISION_NEEDS_REVIEW,
    original="It is WRONG.",
    targeted=[Finding(finding_id="f1"), Finding(finding_id="f2")],
    candidates=[Candidate(text="first"), Candidate(text="second", findings=[LEFT])],
    accepted=-1,
    reasons=["WRONG_DETAIL was not mended"],
)


def test_a_candidate_is_accepted_with_the_findings_that_it_has() -> None:
    out = decided(DecideReviewRequest(verdict=CANDIDATE, candidate=1), REVISION)

    assert (out.decision, out.text, out.accepted, list(out.reasons)) == (Decision.DECISION_ACCEPTED, "second", 1, [])
    assert remaining_of(out) == [LEFT]


def test_a_persons_own_text_is_one_more_candidate() -> None:
    out = decided(DecideReviewRequest(verdict=EDITED, text="mine"), REVISION, [LEFT])

    assert (out.decision, out.text, out.accepted) == (Decision.DECISION_ACCEPTED, "mine", 2)
    assert out.candidates[2].source == CandidateSource.CANDIDATE_SOURCE_REVIEWER
    assert not out.candidates[2].passed
    assert remaining_of(out) == [LEFT]
    assert decided(DecideReviewRequest(verdict=EDITED, text="mine"), REVISION).candidates[2].passed


def test_the_original_stands_when_it_was_right() -> None:
    out = decided(DecideReviewRequest(verdict=ORIGINAL), REVISION)
    assert (out.decision, out.text, out.accepted) == (Decision.DECISION_NOT_NEEDED, "It is WRONG.", -1)


def test_there_is_no_text_when_all_are_rejected() -> None:
    out = decided(DecideReviewRequest(verdict=REJECTED), REVISION)

    assert (out.decision, out.text) == (Decision.DECISION_NEEDS_REVIEW, "")
    assert out.reasons
    assert remaining_of(out) == []


def test_the_revision_stays_as_it_was() -> None:
    before = REVISION.SerializeToString(deterministic=True)
    for verdict in (CANDIDATE, EDITED, ORIGINAL, REJECTED):
        decided(DecideReviewRequest(verdict=verdict, candidate=0, text="x"), REVISION)
    assert REVISION.SerializeToString(deterministic=True) == before


@pytest.mark.parametrize(
    ("request_", "field"),
    [
        (DecideReviewRequest(verdict=CANDIDATE, candidate=2), "candidate"),
        (DecideReviewRequest(verdict=EDITED, text="  "), "text"),
        (DecideReviewRequest(verdict=ORIGINAL, rejected_finding_ids=["f1", "f9"]), "rejected_finding_ids[1]"),
    ],
)
def test_the_field_is_named_when_the_request_does_not_fit(request_: DecideReviewRequest, field: str) -> None:
    with pytest.raises(InvalidRequest) as raised:
        check(request_, REVISION)
    assert [name for name, _ in raised.value.violations] == [field]


def test_a_request_that_fits_passes() -> None:
    check(DecideReviewRequest(verdict=CANDIDATE, candidate=1, rejected_finding_ids=["f2"]), REVISION)
