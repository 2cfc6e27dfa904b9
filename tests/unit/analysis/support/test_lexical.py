from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from arf.analysis.support.lexical import LexicalChecker
from arf.tasks.detection import SupportChecker
from tests.unit.analysis.fakes import make_call

CALL = make_call(
    "my blender arrived with a cracked jar",
    "sorry to hear that, which order is it",
    "order 48213",
    "I have refunded $35.20 to your card",
)
CHECKER: SupportChecker = LexicalChecker()


def test_a_true_claim_scores_above_an_invented_one_when_both_concern_the_call() -> None:
    true, invented = CHECKER.support(
        ["The customer's blender had a cracked jar.", "The technician repaired the dishwasher on Monday."], CALL
    )
    assert true > 0.9
    assert invented < 0.2


def test_a_wrong_value_costs_when_all_words_are_right() -> None:
    right, wrong = CHECKER.support(["The agent refunded $35.20.", "The agent refunded $53.20."], CALL)
    assert right == pytest.approx(1.0)
    assert wrong < 0.5


def test_words_score_lower_when_they_are_gathered_from_all_over() -> None:
    far = make_call("the blender", *["mm"] * 8, "the jar cracked")
    near = make_call("the blender jar cracked", *["mm"] * 9)
    claim = ["The blender jar cracked."]
    assert CHECKER.support(claim, far)[0] < CHECKER.support(claim, near)[0]


def test_forms_of_a_word_support_each_other_when_they_begin_alike() -> None:
    assert CHECKER.support(["Delivery was cancelled."], make_call("please cancel it, nobody delivered"))[0] > 0.9


def test_a_claim_without_content_is_supported_when_there_is_nothing_to_check() -> None:
    assert CHECKER.support(["It was so."], CALL) == [1.0]


def test_nothing_is_supported_when_the_call_is_empty() -> None:
    assert CHECKER.support(["The blender cracked.", "It cost $5."], make_call()) == [0.0, 0.0]


def test_values_are_compared_in_canonical_form_when_a_reader_is_given() -> None:
    spoken = make_call("thirty five twenty")
    reader = LexicalChecker(values=lambda text: {"35.20"} if "35.20" in text or "thirty five twenty" in text else set())
    assert reader.support(["$35.20"], spoken)[0] == pytest.approx(1.0)


@given(st.text(max_size=60), st.lists(st.text(max_size=30), max_size=6))
def test_scores_stay_within_0_and_1_when_given_any_text(claim: str, turns: list[str]) -> None:
    (score,) = CHECKER.support([claim], make_call(*turns))
    assert 0.0 <= score <= 1.0 + 1e-9
