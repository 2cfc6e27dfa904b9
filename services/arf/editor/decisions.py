"""Applies a person's decision to a revision that needed review: pure functions."""

from __future__ import annotations

from collections.abc import Sequence

from arf.kit.errors import InvalidRequest
from arf.v1.editor_service_pb2 import DecideReviewRequest
from arf.v1.finding_pb2 import Finding
from arf.v1.review_pb2 import ReviewVerdict
from arf.v1.revision_pb2 import Candidate, CandidateSource, Decision, Revision

_REJECTED = "a reviewer found no text fit to train on"


def check(request: DecideReviewRequest, revision: Revision) -> None:
    """Raises InvalidRequest if the request names a candidate or a finding that the revision does not have."""
    violations = []
    if request.verdict == ReviewVerdict.REVIEW_VERDICT_CANDIDATE and request.candidate >= len(revision.candidates):
        has = len(revision.candidates)
        violations.append(("candidate", f"the revision has {has}, counted from 0" if has else "the revision has none"))
    if request.verdict == ReviewVerdict.REVIEW_VERDICT_EDITED and not request.text.strip():
        violations.append(("text", "is blank"))
    known = {finding.finding_id for finding in revision.targeted}
    for index, finding_id in enumerate(request.rejected_finding_ids):
        if finding_id not in known:
            violations.append((f"rejected_finding_ids[{index}]", "is no finding that the revision was to mend"))
    if violations:
        raise InvalidRequest(violations)


def decided(request: DecideReviewRequest, revision: Revision, remaining: Sequence[Finding] = ()) -> Revision:
    """The revision after the decision, with the text that may be trained on.

    `remaining` are the findings in a person's own text. CANDIDATE and EDITED make it ACCEPTED, ORIGINAL makes it
    NOT_NEEDED, and REJECTED leaves NEEDS_REVIEW, so that readers of revisions need not know about reviews.
    """
    out = Revision()
    out.CopyFrom(revision)
    del out.reasons[:]
    match request.verdict:
        case ReviewVerdict.REVIEW_VERDICT_CANDIDATE:
            _accept(out, request.candidate)
        case ReviewVerdict.REVIEW_VERDICT_EDITED:
            source = CandidateSource.CANDIDATE_SOURCE_REVIEWER
            out.candidates.append(Candidate(source=source, text=request.text, passed=not remaining, findings=remaining))
            _accept(out, len(out.candidates) - 1)
        case ReviewVerdict.REVIEW_VERDICT_ORIGINAL:
            out.decision = Decision.DECISION_NOT_NEEDED
            out.text = revision.original
        case _:
            out.reasons.append(_REJECTED)
    return out


def remaining_of(revision: Revision) -> list[Finding]:
    """The findings in the text that a decided revision contributes to training."""
    return list(revision.candidates[revision.accepted].findings) if revision.accepted >= 0 else []


def _accept(revision: Revision, index: int) -> None:
    revision.decision = Decision.DECISION_ACCEPTED
    revision.accepted = index
    revision.text = revision.candidates[index].text
