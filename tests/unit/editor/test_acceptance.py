"""Counts of what became of summaries."""

from arf.editor.acceptance import SourceCount, acceptance
from arf.v1.revision_pb2 import Candidate, CandidateSource, Decision, Revision

LLM = CandidateSource.CANDIDATE_SOURCE_LLM
REPAIR = CandidateSource.CANDIDATE_SOURCE_REPAIR


def test_shares_add_up_when_sources_are_mixed() -> None:
    both = [Candidate(source=LLM, passed=False), Candidate(source=REPAIR, passed=True)]
    counts = acceptance(
        [
            Revision(decision=Decision.DECISION_NOT_NEEDED, accepted=-1),
            Revision(decision=Decision.DECISION_ACCEPTED, accepted=1, candidates=both),
            Revision(decision=Decision.DECISION_ACCEPTED, accepted=0, candidates=[Candidate(source=LLM, passed=True)]),
            Revision(decision=Decision.DECISION_NEEDS_REVIEW, accepted=-1, candidates=[Candidate(source=LLM)]),
        ]
    )
    assert (counts.summaries, counts.not_needed, counts.flagged, counts.accepted) == (4, 1, 3, 2)
    assert counts.sources == {"LLM": SourceCount(3, 1, 1), "REPAIR": SourceCount(1, 1, 1)}
    assert counts.share("LLM") + counts.share("REPAIR") == 1.0


def test_share_is_zero_when_nothing_was_accepted() -> None:
    assert acceptance([]).share("LLM") == 0.0
