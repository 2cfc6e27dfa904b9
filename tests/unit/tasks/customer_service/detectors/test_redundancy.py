from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from arf.tasks.customer_service.bounds import BOUNDS
from arf.tasks.customer_service.detectors.redundancy import Redundancy, longest_run
from tests.unit.tasks.customer_service.detectors.subjects import call_of, found, spans

DETECTOR = Redundancy(BOUNDS)
TURN = "my blender came with a crack in the jar and the lid does not fit it"
CALL = call_of(f"customer: {TURN}", "agent: I will send a new one")
GOOD = "The customer contacted support because a blender was damaged. The agent promised to send a replacement."


def test_nothing_is_found_when_the_summary_is_plain() -> None:
    assert found(DETECTOR, CALL, GOOD) == []


def test_the_longest_run_is_marked_when_thirteen_words_are_copied() -> None:
    copied = "blender came with a crack in the jar and the lid does not"
    summary = f"It says {copied} close. The agent helped."
    (finding,) = found(DETECTOR, CALL, summary)
    assert summary[finding.start : finding.end] == copied
    assert list(finding.turn_ids) == ["0"]
    assert finding.sentence == 0


def test_nothing_is_found_when_exactly_twelve_words_are_copied() -> None:
    assert spans(DETECTOR, CALL, "It says blender came with a crack in the jar and the lid does nothing.") == []


def test_a_copy_is_seen_when_case_and_punctuation_differ() -> None:
    assert len(found(DETECTOR, CALL, "Blender came with a crack, in the jar, and the lid does NOT fit.")) == 1


def test_a_copy_is_marked_once_when_two_turns_hold_it() -> None:
    twice = call_of(f"customer: {TURN}", f"agent: so {TURN}")
    assert len(found(DETECTOR, twice, f"{TURN}.")) == 1


def test_a_sentence_is_marked_when_it_comes_again() -> None:
    assert spans(DETECTOR, CALL, "The order was late. The agent helped. The order was late!") == ["The order was late!"]


def test_two_sentences_are_not_marked_when_a_value_differs() -> None:
    assert spans(DETECTOR, CALL, "The agent refunded $20.00. The agent refunded $30.00.") == []


def test_a_phrase_is_marked_once_when_it_comes_again_in_another_sentence() -> None:
    phrase = "the agent promised to refund the full price of the blender"
    summary = f"First {phrase} soon. Later {phrase} again."
    assert spans(DETECTOR, CALL, summary) == [phrase]


def test_nothing_is_found_when_two_issues_end_alike() -> None:
    told = "The agent declined to refund the customer because the"
    assert spans(DETECTOR, CALL, f"{told} records show a delivery. {told} return window has passed.") == []


def test_a_short_phrase_is_not_marked_when_it_comes_again() -> None:
    assert spans(DETECTOR, CALL, "The agent promised to refund $5. The agent promised to call.") == []


def test_a_loop_is_marked_when_words_come_three_times_in_a_row() -> None:
    assert spans(DETECTOR, CALL, "It was very very very late.") == ["very very very"]
    assert spans(DETECTOR, CALL, "It was very very late.") == []


@pytest.mark.parametrize(
    "pleasantry",
    [
        "The agent thanked the customer.",
        "The agent said goodbye.",
        "The agent wished them a great day.",
        "Good morning!",
    ],
)
def test_a_courtesy_is_marked_when_it_tells_nothing(pleasantry: str) -> None:
    assert len(found(DETECTOR, CALL, pleasantry)) == 1


@pytest.mark.parametrize(
    "sentence", ["The goods were welcome back in stock.", "A good deal was offered.", "The morning delivery was late."]
)
def test_a_sentence_is_not_marked_when_it_only_has_words_of_courtesy(sentence: str) -> None:
    assert found(DETECTOR, CALL, sentence) == []


@given(st.lists(st.sampled_from("abc"), max_size=12), st.lists(st.sampled_from("abc"), max_size=12))
def test_the_longest_run_is_in_both_and_no_longer_one_is_when_given_any_words(a: list[str], b: list[str]) -> None:
    start, length = longest_run(a, b)
    runs = {tuple(b[i:j]) for i in range(len(b)) for j in range(i, len(b) + 1)}
    assert length == 0 or tuple(a[start : start + length]) in runs
    assert not any(tuple(a[i : i + length + 1]) in runs for i in range(len(a) - length))
