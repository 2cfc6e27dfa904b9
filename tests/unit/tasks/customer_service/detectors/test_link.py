from __future__ import annotations

import pytest

from arf.tasks.customer_service.detectors.link import WrongLink
from tests.unit.tasks.customer_service.detectors.subjects import call_of, found, spans

DETECTOR = WrongLink()
CALL = call_of(
    "customer: Hi, my order 48213 arrived damaged.",
    "agent: I'm sorry. I've refunded $35.20 to your card.",
    "agent: I've also applied a goodwill credit of $10.00.",
    "agent: I'll send you a replacement by 14 March.",
    "agent: I'll call you back on 20 March.",
)


def test_an_amount_is_marked_when_it_belongs_to_another_act() -> None:
    summary = "The agent refunded $10.00 and applied a goodwill credit of $35.20."
    assert spans(DETECTOR, CALL, summary) == ["$10.00", "$35.20"]
    first = found(DETECTOR, CALL, summary)[0]
    assert "goodwill credit" in first.explanation
    assert "$35.20" in first.suggested_fix
    assert list(first.turn_ids) == ["1", "2"]


def test_a_date_is_marked_when_it_belongs_to_another_act() -> None:
    assert spans(DETECTOR, CALL, "By phone the agent promised to send a replacement by 20 March if in stock.") == [
        "20 March"
    ]


@pytest.mark.parametrize(
    "summary",
    [
        "The agent refunded $35.20 and applied a goodwill credit of $10.00.",
        "The agent promised to send a replacement by 14 March and to call the customer back on 20 March.",
        "The agent refunded $99.00.",
        "By 20 March the agent will send a replacement and call the customer back.",
        "The customer paid $10.00.",
    ],
)
def test_nothing_is_found_when_the_link_is_right_or_not_plain(summary: str) -> None:
    assert spans(DETECTOR, CALL, summary) == []


def test_nothing_is_found_when_the_act_has_no_value_of_its_own() -> None:
    call = call_of("agent: I've issued a refund.", "agent: I've applied a goodwill credit of $10.00.")
    assert spans(DETECTOR, call, "The agent refunded $10.00.") == []
