from __future__ import annotations

import pytest

from arf.tasks.customer_service.detectors.details import WrongDetail
from tests.unit.tasks.customer_service.detectors.calls import CHAT, CHAT_SUMMARY, REFUND, REFUND_SUMMARY
from tests.unit.tasks.customer_service.detectors.subjects import call_of, found, spans

DETECTOR = WrongDetail()


@pytest.mark.parametrize(
    ("right", "wrong", "marked"),
    [
        ("$35.20", "$53.20", "$53.20"),
        ("48213", "48231", "48231"),
        ("14 March", "15 March", "15 March"),
    ],
)
def test_a_value_is_marked_when_it_differs_from_the_call(right: str, wrong: str, marked: str) -> None:
    assert spans(DETECTOR, REFUND, REFUND_SUMMARY.replace(right, wrong)) == [marked]


@pytest.mark.parametrize("number", ["10", "12", "20", "7"])
def test_a_number_is_marked_when_another_one_was_said(number: str) -> None:
    lamps = call_of("customer: I ordered 8 lamps and got none.", "agent: I've sent them again.")
    assert spans(DETECTOR, lamps, f"The customer ordered {number} lamps and got none.") == [number]
    assert spans(DETECTOR, lamps, "The customer ordered 8 lamps and got none.") == []


def test_the_right_value_is_suggested_when_one_of_its_kind_was_said() -> None:
    (finding,) = found(DETECTOR, REFUND, REFUND_SUMMARY.replace("$35.20", "$53.20"))
    assert "$35.20" in finding.suggested_fix
    assert list(finding.turn_ids) == ["1"]


def test_nothing_is_marked_when_values_are_spoken_in_the_call_and_written_in_the_summary() -> None:
    call = call_of(
        "customer: it's about order four eight two one three",
        "agent: i've refunded thirty five twenty and it arrives by the fourteenth of march",
    )
    summary = "The customer asked about order 48213. The agent refunded $35.20, which arrives by 14 March."
    assert spans(DETECTOR, call, summary) == []


CORRECTED = call_of(
    "agent: The technician will come on 13 March.",
    "customer: Hm, that day?",
    "agent: No, sorry, the fourteenth.",
)


def test_a_value_is_marked_when_the_call_took_it_back() -> None:
    (finding,) = found(DETECTOR, CORRECTED, "The technician will come on 13 March.")
    assert list(finding.turn_ids) == ["2"]
    assert "fourteenth" in finding.suggested_fix


def test_nothing_is_marked_when_the_corrected_value_is_used() -> None:
    assert spans(DETECTOR, CORRECTED, "The technician will come on 14 March.") == []


def test_a_name_is_marked_when_nobody_says_it() -> None:
    assert spans(DETECTOR, CHAT, CHAT_SUMMARY.replace("before eight", "to see Peter before eight")) == ["Peter"]


@pytest.mark.parametrize(
    "summary", [CHAT_SUMMARY, "They talk about Friday. During the chat Anna mentions her brother."]
)
def test_nothing_is_marked_when_capitals_only_start_sentences_or_speakers_are_named(summary: str) -> None:
    assert spans(DETECTOR, CHAT, summary) == []


def test_a_number_is_not_marked_when_it_only_counts_issues() -> None:
    assert spans(DETECTOR, REFUND, "The customer had two issues with order 48213.") == []


PARTY = call_of(
    "Nora: Bring a bottle of red wine to Luc's party at 6.", "Paul: Ok, Monika and I come by bus, in half an hour."
)


@pytest.mark.parametrize(
    ("summary", "marked"),
    [
        ("The party is at 6 pm.", []),
        ("The party is at 7 pm today.", ["7 pm"]),
        ("They come in 30 minutes to the party of Lucas, with Monica.", []),
        ("They come to the party with Gustav.", ["Gustav"]),
    ],
)
def test_a_detail_of_a_chat_is_marked_when_nothing_near_it_was_said(summary: str, marked: list[str]) -> None:
    assert spans(DETECTOR, PARTY, summary) == marked


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("Here is your personal identification code.", "The agent sent a PIC."),
        ("We'll tell you the expected time of delivery.", "The agent will tell the ETD."),
        ("We'll do it before the end of day.", "It will be done by EOD."),
        ("It goes with Data Post.", "It goes with DataPost."),
        ("It's on the e-sim.", "It is on the eSim."),
        ("Please turn on the hotspot.", "The customer should turn on the Hot-Spot."),
        ("Ask for Prof. Weber.", "The customer should ask for Professor Weber."),
    ],
)
def test_a_short_or_a_long_form_of_what_was_said_is_no_wrong_name(said: str, told: str) -> None:
    assert spans(DETECTOR, call_of("customer: Hello?", f"agent: {said}"), told) == []


def test_a_short_form_of_what_nobody_said_is_a_wrong_name() -> None:
    call = call_of("customer: Hello?", "agent: We'll tell you the expected time of delivery.")
    assert spans(DETECTOR, call, "The agent will tell the RMA.") == ["RMA"]
