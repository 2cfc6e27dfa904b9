from __future__ import annotations

import pytest

from arf.tasks.customer_service.bounds import BOUNDS
from arf.tasks.customer_service.detectors.form import Format
from arf.v1.finding_pb2 import Severity
from tests.unit.tasks.customer_service.detectors.subjects import call_of, found, spans

DETECTOR = Format(BOUNDS)
CALL = call_of("customer: my order is late", "agent: sorry")
GOOD = "The customer contacted support because order 48213 had not arrived. The agent promised to send a replacement."


def test_nothing_is_found_when_the_summary_keeps_to_the_form() -> None:
    assert found(DETECTOR, CALL, GOOD) == []


@pytest.mark.parametrize(("count", "wrong"), [(11, True), (12, False), (60, False), (61, True)])
def test_the_length_is_marked_when_it_is_out_of_bounds(count: int, wrong: bool) -> None:
    findings = found(DETECTOR, CALL, " ".join(["word"] * (count - 1)) + " end.")
    assert bool(findings) == wrong
    assert all((f.sentence, f.start, f.end) == (-1, 0, 0) for f in findings)


@pytest.mark.parametrize(("count", "wrong"), [(85, False), (86, True)])
def test_a_long_call_may_have_a_longer_summary(count: int, wrong: bool) -> None:
    call = call_of(*["customer: it still does not work", "agent: please try once more again"] * 34)
    assert bool(found(DETECTOR, call, " ".join(["word"] * (count - 1)) + " end.")) == wrong


def test_a_last_sentence_may_end_in_a_preposition() -> None:
    assert found(DETECTOR, CALL, f"{GOOD} The agent asked for the order that it came with.") == []


@pytest.mark.parametrize("summary", ["", "  \n "])
def test_an_empty_summary_is_one_finding_when_there_is_nothing(summary: str) -> None:
    assert len(found(DETECTOR, CALL, summary)) == 1


@pytest.mark.parametrize("part", ["I", "I'm", "We", "my", "us", "our"])
def test_first_person_is_marked_when_the_summary_speaks_for_a_party(part: str) -> None:
    assert spans(DETECTOR, CALL, f"{GOOD} And then {part} waited for it.") == [part]


@pytest.mark.parametrize(
    "text",
    [
        'The customer wrote "I want my money back" in the form.',
        "The parcel was sent to the US by mistake.",
        "The order concerned a Type I charger.",
        "The mine in Ours-sur-Mer was closed.",
    ],
)
def test_nothing_is_found_when_a_word_only_looks_like_first_person(text: str) -> None:
    assert spans(DETECTOR, CALL, f"{GOOD} {text}") in ([], ["mine"])


@pytest.mark.parametrize("summary", [f"Agent: {GOOD}", f"{GOOD} Customer: It was late.", f"{GOOD}\nBot: It was late."])
def test_a_speaker_tag_is_marked_when_a_sentence_begins_with_one(summary: str) -> None:
    (marked,) = spans(DETECTOR, CALL, summary)
    assert marked.endswith(":")


def test_a_speaker_tag_is_marked_when_the_speaker_has_a_name() -> None:
    call = call_of("customer: my order is late")
    call.turns[0].speaker = "Dana (CEO)"
    assert spans(DETECTOR, call, f"{GOOD} Dana (CEO): It was late.") == ["Dana (CEO):"]


def test_nothing_is_found_when_a_colon_follows_a_role_within_a_sentence() -> None:
    assert spans(DETECTOR, CALL, f"{GOOD} Two things were asked of the customer: a photo and a receipt.") == []


@pytest.mark.parametrize(
    "end", ["The agent promised to", "The agent promised to.", "The agent sent the...", "It was late,"]
)
def test_a_broken_end_is_marked_when_the_last_sentence_stops_short(end: str) -> None:
    assert spans(DETECTOR, CALL, f"{GOOD} {end}") == [end]


def test_text_is_marked_when_it_is_no_prose() -> None:
    assert spans(DETECTOR, CALL, f"{GOOD} It was aaaaaaaa late.") == ["aaaaaaaa"]
    assert spans(DETECTOR, CALL, f'{GOOD} They said "late.') == ['"']


@pytest.mark.parametrize(
    "summary",
    [
        f"Summary: {GOOD}",
        f"Sure, {GOOD}",
        f"Here is a short summary. {GOOD}",
        f"{GOOD} As an AI model it was late.",
        f"{GOOD} <|im_end|> It was late.",
        f"{GOOD} Answer in two short sentences.",
    ],
)
def test_words_of_the_prompt_are_marked_when_they_leak(summary: str) -> None:
    assert len(found(DETECTOR, CALL, summary)) >= 1


@pytest.mark.parametrize(
    "datum",
    ["4111 1111 1111 1111", "jo.doe@example.com", "(212) 555-0199", "+44 20 7946 0958", "DE89 3704 0044 0532 0130 00"],
)
def test_personal_data_are_critical_when_the_summary_shows_them(datum: str) -> None:
    summary = f"{GOOD} The contact given was {datum} for now."
    (finding,) = found(DETECTOR, CALL, summary)
    assert summary[finding.start : finding.end] == datum
    assert finding.severity == Severity.SEVERITY_CRITICAL


@pytest.mark.parametrize(
    "value",
    [
        "order 2125550199",
        "Order number 212-555-0199",
        "ticket #2125550199",
        "order 48213",
        "$1,234,567.00",
        "14 March 2026 at 14:30",
        "item 4111 1111 1111 1112",
    ],
)
def test_nothing_is_found_when_a_value_identifies_no_person(value: str) -> None:
    assert spans(DETECTOR, CALL, f"{GOOD} It was about {value} as well.") == []
