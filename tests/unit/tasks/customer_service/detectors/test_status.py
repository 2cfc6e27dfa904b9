from __future__ import annotations

import pytest

from arf.tasks.customer_service.detectors.status import StatusShift
from arf.v1.transcript_pb2 import Call
from tests.unit.tasks.customer_service.detectors.calls import (
    CHAT,
    CHAT_SUMMARY,
    CONDITIONAL,
    REFUND,
    REFUND_SUMMARY,
    REFUSED,
    TWO_REFUNDS,
)
from tests.unit.tasks.customer_service.detectors.subjects import call_of, found, spans

DETECTOR = StatusShift()
PROMISED = call_of(
    "customer: I want a refund for order 5511.", "agent: We will refund $12.00 within 3 days.", "customer: Fine."
)
REQUESTED = call_of("customer: I'd like a refund.", "agent: What is your name?", "customer: I have to go now, bye.")


@pytest.mark.parametrize(
    ("call", "summary"),
    [
        (PROMISED, "The agent refunded $12.00."),
        (CONDITIONAL, "The agent refunded $20.00."),
        (CONDITIONAL, "The agent will refund $20.00."),
        (REFUND, "The agent will refund $35.20."),
        (REQUESTED, "The agent refunded the customer."),
    ],
)
def test_an_act_is_marked_when_it_has_not_come_that_far_or_has_come_further(call: Call, summary: str) -> None:
    (finding,) = found(DETECTOR, call, summary)
    assert "refund" in finding.explanation
    assert finding.turn_ids


@pytest.mark.parametrize(
    ("call", "summary"),
    [
        (PROMISED, "The customer requested a refund. The agent promised to refund $12.00 within 3 days."),
        (CONDITIONAL, "The agent promised to refund $20.00 if the item is returned."),
        (REFUND, REFUND_SUMMARY),
        (REFUSED, "The agent refused a refund because the return window had passed."),
        (REQUESTED, "The customer asked for a refund and had to leave."),
        (TWO_REFUNDS, "The agent refunded $20.00 and will refund $35.20."),
        (CHAT, CHAT_SUMMARY),
    ],
)
def test_nothing_is_marked_when_the_status_is_right(call: Call, summary: str) -> None:
    assert spans(DETECTOR, call, summary) == []
