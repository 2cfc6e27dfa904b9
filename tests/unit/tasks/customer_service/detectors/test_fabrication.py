from __future__ import annotations

import pytest

from arf.tasks.customer_service.detectors.fabrication import Fabrication
from arf.v1.transcript_pb2 import Call
from tests.unit.tasks.customer_service.detectors.calls import (
    CHAT,
    CHAT_SUMMARY,
    CONDITIONAL,
    REFUND,
    REFUND_SUMMARY,
    REFUSED,
)
from tests.unit.tasks.customer_service.detectors.subjects import spans

DETECTOR = Fabrication()


@pytest.mark.parametrize(
    ("call", "summary", "marked"),
    [
        (REFUSED, "The agent transferred the customer to the billing team.", "transferred"),
        (REFUND, "The agent reset the customer's password.", "reset"),
        (CHAT, "Anna will bring a blender on Friday.", "blender"),
    ],
)
def test_acts_and_things_are_marked_when_the_call_has_none(call: Call, summary: str, marked: str) -> None:
    (span,) = spans(DETECTOR, call, summary)
    assert span.startswith(marked)


@pytest.mark.parametrize(
    ("call", "summary"),
    [
        (REFUND, REFUND_SUMMARY),
        (REFUND, "The customer reported that the package came broken and was reimbursed."),
        (CONDITIONAL, "The kettle was defective. The agent will give the money back once the product is sent back."),
        (CHAT, CHAT_SUMMARY),
        (CHAT, "Anna's sibling prepares a meal for everyone."),
    ],
)
def test_nothing_is_marked_when_the_summary_only_uses_other_words(call: Call, summary: str) -> None:
    assert spans(DETECTOR, call, summary) == []


@pytest.mark.parametrize(
    "summary", ["Anna visits a building with her neighbour.", "Ben likes the clothes and gadgets."]
)
def test_a_thing_is_not_marked_when_it_is_only_general(summary: str) -> None:
    assert spans(DETECTOR, CHAT, summary) == []


def test_a_short_sentence_is_not_marked_when_only_few_words_in_it_are_new() -> None:
    assert spans(DETECTOR, CHAT, "Anna generously offered hospitality.") == []


@pytest.mark.parametrize("person", ["rep", "adviser", "son", "shopper", "technician", "subscriber"])
def test_a_person_is_no_invention_by_whatever_name(person: str) -> None:
    assert spans(DETECTOR, REFUND, f"The {person} was told of the refund.") == []
