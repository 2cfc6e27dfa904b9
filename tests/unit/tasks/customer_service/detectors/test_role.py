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


def test_a_name_is_marked_when_the_other_speaker_says_it_of_themselves() -> None:
    (finding,) = found(DETECTOR, CHAT, CHAT_SUMMARY.replace("Anna will bring", "Ben will bring"))
    assert "Anna" in finding.suggested_fix
    assert list(finding.turn_ids) == ["0"]


def test_a_name_is_not_marked_when_the_other_speaker_asks_them_to() -> None:
    call = call_of("Anna: Can you bring the wine and cheese, Ben?", "Ben: Sure.")
    assert spans(DETECTOR, call, "Ben will bring wine and cheese.") == []


LEND = call_of(
    "Wendy: My laptop keeps freezing, I'm so tired of it.",
    "Karl: You should visit the repair shop at the station.",
    "Wendy: Could I borrow your old printer?",
)


@pytest.mark.parametrize(
    ("summary", "marked"),
    [
        ("Karl's laptop keeps freezing.", ["Karl's"]),
        ("Wendy's laptop keeps freezing.", []),
        ("They talk, and Karl will visit the repair shop.", ["Karl"]),
        ("They talk, and Wendy will visit the repair shop.", []),
        # Whoever asks for a thing is not who has it.
        ("Karl's printer is old.", []),
    ],
)
def test_a_name_is_marked_when_the_pronouns_of_the_turn_point_to_the_other(summary: str, marked: list[str]) -> None:
    assert spans(DETECTOR, LEND, summary) == marked


def test_a_name_is_not_marked_when_you_only_receive() -> None:
    call = call_of("Rob: You'll have another rice cooker by Monday.", "Maya: Thanks.")
    assert spans(DETECTOR, call, "Rob sends another rice cooker.") == []
