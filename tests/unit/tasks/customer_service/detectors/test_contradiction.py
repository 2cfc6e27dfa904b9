from __future__ import annotations

import pytest

from arf.tasks.customer_service.detectors.contradiction import Contradiction
from arf.v1.transcript_pb2 import Call
from tests.unit.tasks.customer_service.detectors.calls import (
    CHAT,
    CHAT_SUMMARY,
    CONDITIONAL,
    ONE_REFUND_OF_TWO,
    REFUND,
    REFUND_SUMMARY,
    REFUSED,
)
from tests.unit.tasks.customer_service.detectors.subjects import call_of, found, spans

DETECTOR = Contradiction()
OPEN = call_of(
    "customer: My internet is down.", "agent: Please restart the router.", "customer: I did, it's still not working."
)


@pytest.mark.parametrize(
    ("call", "summary"),
    [
        (REFUSED, "The agent refunded the customer."),
        (REFUSED, "The agent promised to issue a refund."),
        (REFUND, "The agent refused to refund $35.20."),
        (CONDITIONAL, "The agent refused to refund the kettle."),
    ],
)
def test_an_outcome_is_marked_when_the_call_has_the_opposite(call: Call, summary: str) -> None:
    (finding,) = found(DETECTOR, call, summary)
    assert finding.turn_ids


@pytest.mark.parametrize(
    ("summary", "marked"),
    [
        ("Anna will not bring wine on Friday.", "not bring wine on Friday"),
        ("They did not discuss the dinner.", "not discuss the dinner"),
        ("Anna's brother will cook an expensive dinner.", "expensive"),
        ("Ben only works late.", "only"),
    ],
)
def test_a_word_is_marked_when_it_turns_what_was_said_around(summary: str, marked: str) -> None:
    assert spans(DETECTOR, CHAT, summary) == [marked]


@pytest.mark.parametrize(
    ("call", "summary"),
    [
        (CHAT, CHAT_SUMMARY),
        (CHAT, "Ben's boss never lets him leave early."),
        (CHAT, "Ben is unable to come before eight."),
        (CHAT, "Anna's brother will cook an inexpensive dinner."),
        (CHAT, "Ben not only works late but also comes at eight."),
        (REFUND, REFUND_SUMMARY),
        (ONE_REFUND_OF_TWO, "The agent refunded $20.00."),
        (ONE_REFUND_OF_TWO, "The agent refused a second refund."),
        (REFUSED, "The agent refused a refund because the return window had passed."),
        (CONDITIONAL, "The agent will refund $20.00 only if the item is returned."),
        (OPEN, "The internet was down. The issue was not resolved."),
    ],
)
def test_nothing_is_marked_when_the_summary_says_what_the_call_says(call: Call, summary: str) -> None:
    assert spans(DETECTOR, call, summary) == []


TALK = call_of(
    "Zoe: I don't like thrillers, we can't afford the opera.",
    "Adam: I will collect the tickets. Can I borrow your umbrella?",
    "Zoe: It was a horrible week. Is Mark travelling with us?",
    "Adam: No. And I hate camping.",
)


@pytest.mark.parametrize(
    ("summary", "marked"),
    [
        ("Adam will not collect the tickets.", 1),
        # Denied in other words, by an answer, or never stated to begin with.
        ("Adam doesn't enjoy camping.", 0),
        ("Mark is not travelling with them.", 0),
        ("Adam did not reserve a hotel.", 0),
        ("Zoe and Adam cannot afford the opera.", 0),
        ("Zoe had a wonderful week.", 1),
        ("Zoe had a terrible week.", 0),
        # The two sides of one event.
        ("Zoe lends Adam her umbrella.", 0),
    ],
)
def test_a_chat_is_contradicted_when_its_own_words_are_turned_around(summary: str, marked: int) -> None:
    assert len(spans(DETECTOR, TALK, summary)) == marked


@pytest.mark.parametrize("summary", ["...", "?! !", "--- ", "The agent helped. ***"])
def test_a_sentence_without_a_word_is_no_contradiction(summary: str) -> None:
    assert spans(DETECTOR, OPEN, summary) == []


ANSWERED = call_of(
    "agent: I've refunded the $28 for your lamp.",
    "customer: Thank you. Do I need to collect the lamp?",
    "agent: No, please just recycle it.",
    "customer: And must I sign a form?",
    "agent: Yes, please sign it by tomorrow.",
    "customer: Is there a deposit?",
    "agent: Nope. Your receipt comes by post.",
)


@pytest.mark.parametrize(
    ("told", "marked"),
    [
        ("and the customer needs to collect the lamp", 1),
        ("but the customer must collect it", 1),
        ("and the customer does not need to collect the lamp", 0),
        ("and the customer must sign a form", 0),
        ("and the customer does not have to sign a form", 1),
        ("but there is a deposit", 1),
        ("and there is no deposit", 0),
        ("and the customer asked whether there is a deposit", 0),
    ],
)
def test_what_an_answer_said_is_marked_when_the_summary_turns_it_round(told: str, marked: int) -> None:
    assert bool(spans(DETECTOR, ANSWERED, f"The agent refunded $28 {told}.")) == marked
