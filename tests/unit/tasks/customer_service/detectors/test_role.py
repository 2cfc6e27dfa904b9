from __future__ import annotations

import pytest

from arf.tasks.customer_service.detectors.role import RoleMisattribution
from arf.v1.transcript_pb2 import Call
from tests.unit.tasks.customer_service.detectors.calls import (
    CHAT,
    CHAT_SUMMARY,
    CONDITIONAL,
    REFUND,
    REFUND_SUMMARY,
    REFUSED,
)
from tests.unit.tasks.customer_service.detectors.subjects import call_of, found, spans

DETECTOR = RoleMisattribution()


def test_an_act_is_marked_when_the_customer_is_said_to_do_the_agents() -> None:
    (finding,) = found(DETECTOR, REFUND, "Order 48213 arrived damaged. The customer refunded $35.20.")
    assert "agent" in finding.suggested_fix
    assert finding.sentence == 1


def test_an_act_is_marked_when_the_agent_is_said_to_send_the_customers_documents() -> None:
    call = call_of("agent: Please send us a photo of the damage.", "customer: Okay, I'll send the photo tonight.")
    assert len(spans(DETECTOR, call, "The agent will send a photo of the damage.")) == 1
    assert spans(DETECTOR, call, "The customer will send a photo of the damage.") == []


@pytest.mark.parametrize(
    ("call", "summary"),
    [
        (REFUND, REFUND_SUMMARY),
        (REFUND, "The customer received a refund of $35.20."),
        (REFUSED, "The customer asked for a refund. The agent refused it because the return window had passed."),
        (CONDITIONAL, "The customer asked the agent to refund the kettle."),
        (CHAT, CHAT_SUMMARY),
    ],
)
def test_nothing_is_marked_when_everybody_does_their_own(call: Call, summary: str) -> None:
    assert spans(DETECTOR, call, summary) == []


@pytest.mark.parametrize(
    "said", ["I never got my money back.", "Am I getting my money back?", "So I have to cancel the refund?"]
)
def test_a_reversed_role_is_marked_whatever_the_customer_says_of_the_act(said: str) -> None:
    call = call_of("agent: How can I help?", f"customer: {said}", "agent: I've refunded the $35.20.")
    assert len(spans(DETECTOR, call, "The customer refunded $35.20 to the agent.")) == 1
