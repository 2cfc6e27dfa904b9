"""Which candidate is taken, what is kept of the others, and when a person has to look."""

from typing import Any

import pytest

from arf.calls.records import dumps
from arf.editor.revise import AnalysedSummary
from arf.v1.finding_pb2 import Analysis, ErrorType
from arf.v1.revision_pb2 import CandidateSource, Decision, Revision
from arf.v1.transcript_pb2 import Call
from tests.helpers.fake_model import FakeModel, refused
from tests.unit.editor.fakes import FakeTask, MarkAnalyzer, make_editor, scripted

pytestmark = pytest.mark.anyio

LLM = CandidateSource.CANDIDATE_SOURCE_LLM
REPAIR = CandidateSource.CANDIDATE_SOURCE_REPAIR


def _item(summary: str, call_id: str = "c1") -> AnalysedSummary:
    call = Call(id=call_id, tenant="t", channel="email")
    return call, summary, MarkAnalyzer().marked(call, summary)


async def _revise(summary: str, repaired: str | None, model: FakeModel | None, **options: Any) -> Revision:
    (revision,) = await make_editor(FakeTask(repaired), None, model, **options).revise_batch([_item(summary)])
    return revision


def _accepted(revision: Revision) -> tuple[CandidateSource, str]:
    assert revision.decision == Decision.DECISION_ACCEPTED
    taken = revision.candidates[revision.accepted]
    assert revision.text == taken.text
    assert taken.passed
    return taken.source, taken.text


async def test_text_is_kept_and_nobody_asked_when_nothing_is_flagged() -> None:
    model = scripted(lambda text, seed: "never")
    revision = await _revise("All is well.", "never", model)
    assert revision.decision == Decision.DECISION_NOT_NEEDED
    assert (revision.text, revision.accepted, list(revision.candidates)) == ("All is well.", -1, [])
    assert model.batches == []


async def test_candidate_with_fewest_findings_is_taken_when_several_pass() -> None:
    model = scripted(lambda text, seed: ["It is a GUESS.", "It is right."][seed])
    revision = await _revise("It is WRONG.", "A GUESS.", model)
    assert _accepted(revision) == (LLM, "It is right.")
    assert [len(c.findings) for c in revision.candidates] == [1, 1, 0]


async def test_repair_is_taken_when_candidates_are_equal() -> None:
    model = scripted(lambda text, seed: "It is right.")
    (revision,) = await make_editor(FakeTask("It is good."), MarkAnalyzer(), model).revise_batch(
        [_item("It is WRONG.")]
    )
    assert _accepted(revision) == (REPAIR, "It is good.")


async def test_first_of_the_models_is_taken_when_they_are_equal() -> None:
    model = scripted(lambda text, seed: f"It is right {seed}.")
    (revision,) = await make_editor(FakeTask(None), MarkAnalyzer(), model, candidates=3).revise_batch(
        [_item("It is WRONG.")]
    )
    assert _accepted(revision) == (LLM, "It is right 0.")


async def test_every_candidate_is_kept_with_its_verdict_when_some_fail() -> None:
    model = scripted(lambda text, seed: ["It is MADE_UP.", "It is right."][seed])
    revision = await _revise("It is WRONG.", None, model)
    assert [(c.passed, list(c.reasons)) for c in revision.candidates] == [
        (False, ["FABRICATION (critical) appeared"]),
        (True, []),
    ]
    assert revision.candidates[0].model == "script"
    assert revision.candidates[0].usage.completion_tokens == 5


async def test_review_is_needed_with_reasons_when_no_candidate_passes() -> None:
    model = scripted(lambda text, seed: text)
    revision = await _revise("It is WRONG.", "MADE_UP.", model)
    assert revision.decision == Decision.DECISION_NEEDS_REVIEW
    assert (revision.text, revision.accepted) == ("", -1)
    assert list(revision.reasons) == ["FABRICATION (critical) appeared", "WRONG_DETAIL was not mended"]


async def test_review_is_needed_when_there_is_neither_model_nor_repair() -> None:
    revision = await _revise("It is WRONG.", None, None)
    assert list(revision.reasons) == ["there was no candidate"]


async def test_repair_is_left_out_when_it_is_switched_off() -> None:
    editor = make_editor(FakeTask("It is good."), MarkAnalyzer(), None, repair=False)
    assert (await editor.revise_batch([_item("It is WRONG.")]))[0].decision == Decision.DECISION_NEEDS_REVIEW


async def test_only_targeted_types_must_go_when_targets_are_named() -> None:
    editor = make_editor(
        FakeTask("It is good. A GUESS."), MarkAnalyzer(), None, targets=[ErrorType.ERROR_TYPE_WRONG_DETAIL]
    )
    mended, untargeted = await editor.revise_batch([_item("It is WRONG. A GUESS."), _item("A GUESS.", "c2")])
    assert _accepted(mended) == (REPAIR, "It is good. A GUESS.")
    assert [f.type for f in mended.targeted] == [ErrorType.ERROR_TYPE_WRONG_DETAIL]
    assert untargeted.decision == Decision.DECISION_NEEDS_REVIEW
    assert list(untargeted.reasons) == ["flagged only with error types that the editor does not target"]


async def test_the_model_is_asked_once_and_replies_are_matched_to_their_calls_when_there_are_many() -> None:
    model = scripted(lambda text, seed: text.replace("WRONG", "right") if seed else text)
    done: list[int] = []
    items = [_item("A is WRONG.", "a"), _item("Well."), _item("B is WRONG.", "b")]
    revisions = await make_editor(FakeTask(None), MarkAnalyzer(), model).revise_batch(items, done.append)
    assert [(r.call_id, r.text) for r in revisions] == [("a", "A is right."), ("c1", "Well."), ("b", "B is right.")]
    assert model.batches == [4]
    assert sum(done) == 3


async def test_same_text_is_analysed_once_when_candidates_repeat() -> None:
    analyzer = MarkAnalyzer()
    model = scripted(lambda text, seed: "It is right.")
    await make_editor(FakeTask("It is right."), analyzer, model, candidates=4).revise_batch([_item("It is WRONG.")])
    assert analyzer.seen == ["It is right."]


async def test_summary_is_analysed_again_when_the_analysis_is_of_another_text() -> None:
    call = Call(id="c1")
    (revision,) = await make_editor(FakeTask("It is good."), MarkAnalyzer(), None).revise_batch(
        [(call, "It is WRONG.", Analysis(summary="other"))]
    )
    assert _accepted(revision) == (REPAIR, "It is good.")


async def test_revisions_are_the_same_bytes_when_made_twice() -> None:
    items = [_item("A is WRONG.", "a"), _item("B is MADE_UP.", "b")]
    runs = [
        await make_editor(FakeTask("It is good."), MarkAnalyzer(), scripted(lambda t, s: f"{t}{s}")).revise_batch(items)
        for _ in range(2)
    ]
    assert [dumps(r) for r in runs[0]] == [dumps(r) for r in runs[1]]


async def test_review_is_needed_and_says_so_when_the_model_refuses_a_summary() -> None:
    model = FakeModel("It is right.", script=[refused("filtered"), None])
    editor = make_editor(FakeTask(None), None, model, candidates=1)
    turned_down, mended = await editor.revise_batch([_item("A is WRONG.", "a"), _item("It is WRONG.", "b")])
    assert turned_down.decision == Decision.DECISION_NEEDS_REVIEW
    assert list(turned_down.reasons) == ["the model gave no candidate: filtered: HTTP 400"]
    assert _accepted(mended) == (LLM, "It is right.")


async def test_no_model_is_asked_when_no_candidates_are_wanted() -> None:
    model = FakeModel()
    await _revise("It is WRONG.", None, model, candidates=0)
    assert model.requests == []
