"""Worked examples: which are chosen, and marks that keep the text whole."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from arf.loop.report.examples import choose, mark
from arf.v1.evaluation_pb2 import Evaluation
from arf.v1.finding_pb2 import ErrorType, Finding
from arf.v1.summary_pb2 import Summary
from tests.helpers.reports import records


def test_one_example_shows_the_student_failing_when_it_does() -> None:
    calls, evaluations, revisions = records()
    shown = choose({c.id: c for c in calls}, evaluations, {r.call_id: r for r in revisions})

    assert [e.why_shown for e in shown].count("The student still errs.") == 1
    assert [m.title for m in shown[0].summaries] == ["Teacher", "Accepted revision", "ARF student"]
    assert len({e.call.channel for e in shown}) == 3


def test_the_rules_stand_in_when_a_call_has_no_accepted_revision() -> None:
    calls, evaluations, _ = records()
    shown = choose({c.id: c for c in calls}, evaluations, {})
    assert [m.title for m in shown[0].summaries] == ["Teacher", "Revision by the rules", "ARF student"]


def test_nothing_is_shown_when_no_call_was_evaluated() -> None:
    assert choose({}, [], {}) == []


def test_an_error_without_a_place_is_explained_but_not_marked() -> None:
    _, evaluations, _ = records()
    marked = mark("Teacher", evaluations[0])

    assert [n.name for n in marked.notes] == ["Contradiction", "Fabrication", "Omission"]
    assert {n for p in marked.pieces for n in p.notes} == {1, 2}


@given(st.text(max_size=40), st.lists(st.tuples(st.integers(-1, 45), st.integers(-1, 45)), max_size=5))
def test_the_pieces_give_back_the_text_wherever_findings_lie(text: str, spans: list[tuple[int, int]]) -> None:
    found = [Finding(type=ErrorType.ERROR_TYPE_FORMAT, start=s, end=e, explanation="x") for s, e in spans]
    marked = mark("x", Evaluation(summary=Summary(text=text), findings=found))

    assert "".join(p.text for p in marked.pieces) == text
    assert len(marked.notes) == len(spans)
