"""Which candidate is taken, what is kept of the others, and when a person has to look."""

from arf.calls.records import dumps
from arf.editor.revise import Editor, Item
from arf.v1.finding_pb2 import Analysis, ErrorType
from arf.v1.revision_pb2 import CandidateSource, Decision, Revision
from arf.v1.transcript_pb2 import Call
from tests.unit.editor.fakes import FakeTask, MarkAnalyzer, ScriptEngine

LLM = CandidateSource.CANDIDATE_SOURCE_LLM
REPAIR = CandidateSource.CANDIDATE_SOURCE_REPAIR


def _item(summary: str, call_id: str = "c1") -> Item:
    call = Call(id=call_id, tenant="t", channel="email")
    return call, summary, MarkAnalyzer().analyze(call, summary)


def _accepted(revision: Revision) -> tuple[CandidateSource, str]:
    assert revision.decision == Decision.DECISION_ACCEPTED
    taken = revision.candidates[revision.accepted]
    assert revision.text == taken.text
    assert taken.passed
    return taken.source, taken.text


def test_text_is_kept_and_nobody_asked_when_nothing_is_flagged() -> None:
    engine = ScriptEngine(lambda text, seed: "never")
    (revision,) = Editor(FakeTask("never"), MarkAnalyzer(), engine).revise_batch([_item("All is well.")])
    assert revision.decision == Decision.DECISION_NOT_NEEDED
    assert (revision.text, revision.accepted, list(revision.candidates)) == ("All is well.", -1, [])
    assert engine.batches == []


def test_candidate_with_fewest_findings_is_taken_when_several_pass() -> None:
    engine = ScriptEngine(lambda text, seed: ["It is a GUESS.", "It is right."][seed])
    (revision,) = Editor(FakeTask("A GUESS."), MarkAnalyzer(), engine).revise_batch([_item("It is WRONG.")])
    assert _accepted(revision) == (LLM, "It is right.")
    assert [len(c.findings) for c in revision.candidates] == [1, 1, 0]


def test_repair_is_taken_when_candidates_are_equal() -> None:
    engine = ScriptEngine(lambda text, seed: "It is right.")
    (revision,) = Editor(FakeTask("It is good."), MarkAnalyzer(), engine).revise_batch([_item("It is WRONG.")])
    assert _accepted(revision) == (REPAIR, "It is good.")


def test_first_of_the_models_is_taken_when_they_are_equal() -> None:
    engine = ScriptEngine(lambda text, seed: f"It is right {seed}.")
    (revision,) = Editor(FakeTask(None), MarkAnalyzer(), engine, 3).revise_batch([_item("It is WRONG.")])
    assert _accepted(revision) == (LLM, "It is right 0.")


def test_every_candidate_is_kept_with_its_verdict_when_some_fail() -> None:
    engine = ScriptEngine(lambda text, seed: ["It is MADE_UP.", "It is right."][seed])
    (revision,) = Editor(FakeTask(None), MarkAnalyzer(), engine).revise_batch([_item("It is WRONG.")])
    assert [(c.passed, list(c.reasons)) for c in revision.candidates] == [
        (False, ["FABRICATION (critical) appeared"]),
        (True, []),
    ]
    assert revision.candidates[0].model == "script"
    assert revision.candidates[0].usage.completion_tokens == 5


def test_review_is_needed_with_reasons_when_no_candidate_passes() -> None:
    engine = ScriptEngine(lambda text, seed: text)
    (revision,) = Editor(FakeTask("MADE_UP."), MarkAnalyzer(), engine).revise_batch([_item("It is WRONG.")])
    assert revision.decision == Decision.DECISION_NEEDS_REVIEW
    assert (revision.text, revision.accepted) == ("", -1)
    assert list(revision.reasons) == ["FABRICATION (critical) appeared", "WRONG_DETAIL was not mended"]


def test_review_is_needed_when_there_is_neither_engine_nor_repair() -> None:
    (revision,) = Editor(FakeTask(None), MarkAnalyzer(), None).revise_batch([_item("It is WRONG.")])
    assert list(revision.reasons) == ["there was no candidate"]


def test_repair_is_left_out_when_it_is_switched_off() -> None:
    editor = Editor(FakeTask("It is good."), MarkAnalyzer(), None, repair=False)
    assert editor.revise_batch([_item("It is WRONG.")])[0].decision == Decision.DECISION_NEEDS_REVIEW


def test_only_targeted_types_must_go_when_targets_are_named() -> None:
    editor = Editor(FakeTask("It is good. A GUESS."), MarkAnalyzer(), None, targets=[ErrorType.ERROR_TYPE_WRONG_DETAIL])
    mended, untargeted = editor.revise_batch([_item("It is WRONG. A GUESS."), _item("A GUESS.", "c2")])
    assert _accepted(mended) == (REPAIR, "It is good. A GUESS.")
    assert [f.type for f in mended.targeted] == [ErrorType.ERROR_TYPE_WRONG_DETAIL]
    assert untargeted.decision == Decision.DECISION_NEEDS_REVIEW
    assert list(untargeted.reasons) == ["flagged only with error types that the editor does not target"]


def test_requests_are_batched_by_decoding_and_matched_to_their_calls_when_there_are_many() -> None:
    engine = ScriptEngine(lambda text, seed: text.replace("WRONG", "right") if seed else text)
    done: list[int] = []
    items = [_item("A is WRONG.", "a"), _item("Well."), _item("B is WRONG.", "b")]
    revisions = Editor(FakeTask(None), MarkAnalyzer(), engine).revise_batch(items, done.append)
    assert [(r.call_id, r.text) for r in revisions] == [("a", "A is right."), ("c1", "Well."), ("b", "B is right.")]
    assert engine.batches == [2, 2]
    assert sum(done) == 3


def test_same_text_is_analysed_once_when_candidates_repeat() -> None:
    analyzer = MarkAnalyzer()
    engine = ScriptEngine(lambda text, seed: "It is right.")
    Editor(FakeTask("It is right."), analyzer, engine, 4).revise_batch([_item("It is WRONG.")])
    assert analyzer.seen == ["It is right."]


def test_summary_is_analysed_again_when_the_analysis_is_of_another_text() -> None:
    call = Call(id="c1")
    (revision,) = Editor(FakeTask("It is good."), MarkAnalyzer(), None).revise_batch(
        [(call, "It is WRONG.", Analysis(summary="other"))]
    )
    assert _accepted(revision) == (REPAIR, "It is good.")


def test_revisions_are_the_same_bytes_when_made_twice() -> None:
    items = [_item("A is WRONG.", "a"), _item("B is MADE_UP.", "b")]
    runs = [
        Editor(FakeTask("It is good."), MarkAnalyzer(), ScriptEngine(lambda t, s: f"{t}{s}")).revise_batch(items)
        for _ in range(2)
    ]
    assert [dumps(r) for r in runs[0]] == [dumps(r) for r in runs[1]]
