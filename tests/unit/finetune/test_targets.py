from __future__ import annotations

import pytest

from arf.finetune.targets import from_revisions, from_summaries
from arf.v1.revision_pb2 import Candidate, CandidateSource, Decision, Revision
from arf.v1.summary_pb2 import CallSummary, Summary

KEY = ("t", "c")


def summary(text: str, finish_reason: str = "stop") -> CallSummary:
    return CallSummary(call_id="c", tenant="t", summary=Summary(text=text, finish_reason=finish_reason))


def test_teacher_text_is_the_target_when_it_ended() -> None:
    assert from_summaries([summary("It was  settled\n")])[KEY].text == "It was settled"


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("One is done. Two is", "One is done."),
        ("He paid $3.50. Then she said", "He paid $3.50."),
        ("One is done. Two is done!", "One is done. Two is done!"),
    ],
)
def test_teacher_text_ends_with_its_last_whole_sentence_when_cut_off(text: str, kept: str) -> None:
    assert from_summaries([summary(text, "length")])[KEY].text == kept


def test_teacher_text_is_dropped_with_a_reason_when_no_sentence_ended() -> None:
    target = from_summaries([summary("The customer wrote because", "length")])[KEY]
    assert (target.text, target.reason) == ("", "cut off before its first sentence ended")


def test_teacher_text_is_dropped_with_a_reason_when_blank() -> None:
    assert from_summaries([summary("  ")])[KEY].reason == "empty summary"


def test_accepted_text_is_the_target_with_its_source_when_revised() -> None:
    revision = Revision(
        call_id="c",
        tenant="t",
        decision=Decision.DECISION_ACCEPTED,
        text="Right.",
        candidates=[
            Candidate(source=CandidateSource.CANDIDATE_SOURCE_LLM),
            Candidate(source=CandidateSource.CANDIDATE_SOURCE_REPAIR),
        ],
        accepted=1,
    )
    target = from_revisions([revision])[KEY]
    assert (target.text, target.source) == ("Right.", CandidateSource.CANDIDATE_SOURCE_REPAIR)


def test_original_is_the_target_without_a_source_when_nothing_was_flagged() -> None:
    revision = Revision(call_id="c", tenant="t", decision=Decision.DECISION_NOT_NEEDED, text="Fine.", accepted=-1)
    target = from_revisions([revision])[KEY]
    assert (target.text, target.source) == ("Fine.", CandidateSource.CANDIDATE_SOURCE_UNSPECIFIED)


def test_no_text_but_the_reasons_are_given_when_a_revision_needs_review() -> None:
    revision = Revision(call_id="c", tenant="t", decision=Decision.DECISION_NEEDS_REVIEW, reasons=["too short"])
    target = from_revisions([revision])[KEY]
    assert (target.text, target.reason) == ("", "needs review: too short")
