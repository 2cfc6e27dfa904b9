from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from arf.privacy.redaction.redactor import find, redact
from arf.privacy.redaction.stretch import Stretch
from arf.privacy.redaction.words import section
from arf.privacy.scanner.plain import BOUNDARY, lower, plain
from arf.tasks.customer_service.transcript import label
from arf.v1.transcript_pb2 import Call, Gold, PersonalData, Role, Turn


def _call(*texts: str, speaker: str = "customer", role: Role = Role.ROLE_CUSTOMER) -> Call:
    return Call(id="c-1", tenant="t", channel="phone", turns=[Turn(text=t, speaker=speaker, role=role) for t in texts])


def _found(text: str) -> list[tuple[str, str]]:
    return [(s.kind, text[s.start : s.end]) for s in find(text)]


@pytest.mark.parametrize(
    ("text", "kind", "surface"),
    [
        ("my card is 4242 4242 4242 4242 ok", "CARD", "4242 4242 4242 4242"),
        ("it's 4242-4242-4242-4242.", "CARD", "4242-4242-4242-4242"),
        ("378282246310005, that's amex", "CARD", "378282246310005"),
        ("it is four two four two four two four two four two four two four two four two", "CARD", None),
        ("forty two forty two forty two forty two forty two forty two forty two forty two", "CARD", None),
        ("call me on (202) 555-0117 please", "PHONE", "(202) 555-0117"),
        ("+44 20 7946 0958", "PHONE", None),
        ("ring +12025550117 today", "PHONE", "+12025550117"),
        ("202.555.0117", "PHONE", None),
        ("my mobile is 07700 900123", "PHONE", "07700 900123"),
        ("two oh two five five five oh one one seven", "PHONE", None),
        ("two zero two, triple five, zero double one seven", "PHONE", None),
        ("it's 2 0 2 five five five 0 1 1 7", "PHONE", "2 0 2 five five five 0 1 1 7"),
        ("reach me at maria.santos@example.com ok", "EMAIL", "maria.santos@example.com"),
        ("maria dot santos at example dot com", "EMAIL", None),
        ("it's m santos at gmail dot com thanks", "EMAIL", "m santos at gmail dot com"),
        ("j o h n underscore smith four two at mail dot example dot org", "EMAIL", None),
        ("john.smith (at) example (dot) com", "EMAIL", None),
        ("ask john(at)example(dot)com now", "EMAIL", "john(at)example(dot)com"),
        ("ask john [at] example [dot] com now", "EMAIL", "john [at] example [dot] com"),
        ("j.roe{at}mail{dot}example{dot}org, yes", "EMAIL", "j.roe{at}mail{dot}example{dot}org"),
        ("order GA-31600 please", "ID", "GA-31600"),
        ("ticket #49511", "ID", "49511"),
        ("b t two six five nine nine", "ID", None),
        ("b as in bravo t as in tango two six five nine nine", "ID", None),
        ("order number thirty five twenty", "ID", "thirty five twenty"),
        ("it says four six um four two you know two", "ID", "four six um four two you know two"),
        ("GB29 NWBK 6016 1331 9268 19", "ID", None),
        ("123-45-6789", "ID", None),
        ("my pin is 1234", "ID", "1234"),
        ("the cvv is 123", "ID", "123"),
        ("order ４６４２２", "ID", "４６４２２"),
        ("order 46\u200b422", "ID", "46\u200b422"),
        ("order 4 6 4 2 2", "ID", "4 6 4 2 2"),
        ("My name is Julia Marsh.", "NAME", "Julia Marsh"),
        ("my name is xanvi torbel and i call", "NAME", "xanvi torbel"),
        ("Regards, Xanvi Torbel", "NAME", "Xanvi Torbel"),
        ("this is julia from the bank", "NAME", "julia"),
        ("Dear Mr. Smith, it came", "NAME", "Smith"),
    ],
)
def test_value_is_found_when_written_or_spoken(text: str, kind: str, surface: str | None) -> None:
    assert _found(text) == [(kind, surface or text.removeprefix("it is "))]


@pytest.mark.parametrize(
    "text",
    [
        "thirty five twenty was the price",
        "i was charged thirty five dollars and twenty cents on march third at two thirty pm",
        "twenty twenty six was fine, nineteen ninety nine too",
        "within five to seven days, one or two times",
        "I paid $1,200.50 in 2024 for a 1080p tv, iphone 15, 4k",
        "that is 12500 euros, 1500 points and 1234.50 on 2026-03-14, 03/14/2026 or 14.3.2026 at 14:30",
        "I bought it at amazon dot com yesterday",
        "we met (at the shop. it) was shut, look (at)home.now or (at) amazon.com",
        "It's Netflix calling. I'm Really upset. This is Ridiculous",
        "the line seems dead, called yesterday about names",
        "Best regards, Customer Care",
    ],
)
def test_text_stays_when_it_is_money_time_or_small_talk(text: str) -> None:
    assert _found(text) == []


def test_same_value_has_one_placeholder_when_said_and_written() -> None:
    redacted = redact(_call("it's four six four two two", "so 46422, or 46423? Call 202-555-0117", "(202) 555 0117"))
    assert [t.text for t in redacted.call.turns] == ["it's <ID_1>", "so <ID_1>, or <ID_2>? Call <PHONE_1>", "<PHONE_1>"]
    assert redacted.counts == {"id": 3, "phone": 2}
    assert redacted.placeholders.restore("order <ID_1>") == "order 46422"


def test_address_has_one_placeholder_when_it_is_written_and_disguised() -> None:
    redacted = redact(_call("ana@example.com", "ana(at)example(dot)com", "ana [at] example [dot] com"))
    assert {t.text for t in redacted.call.turns} == {"<EMAIL_1>"}


def test_number_is_found_when_the_turn_before_asks_for_it() -> None:
    text = BOUNDARY.join(["what are the last three digits", "it's nine two one"])
    assert [s.value for s in find(text)] == ["921"]


def test_speaker_is_redacted_when_it_is_a_person() -> None:
    call = Call(
        turns=[
            Turn(speaker="Priya Nair", text="hi, Priya here"),
            Turn(speaker="agent_2", role=Role.ROLE_UNSPECIFIED, text="hello Priya"),
            Turn(speaker="Ben", role=Role.ROLE_AGENT, text="hello"),
        ]
    )
    redacted = redact(call)
    assert [t.speaker for t in redacted.call.turns] == ["<NAME_1>", "agent_2", "Ben"]
    assert "Priya" not in str(redacted.call)


@pytest.mark.parametrize(
    ("speaker", "role"),
    [
        ("Caller +1 415 555 2671", Role.ROLE_UNSPECIFIED),
        ("Agent jane.roe@example.com", Role.ROLE_UNSPECIFIED),
        ("Agent Jane Roe", Role.ROLE_THIRD_PARTY),
        ("caller_4155552671", Role.ROLE_UNSPECIFIED),
        ("Agent 123", Role.ROLE_UNSPECIFIED),
        ("Agent2 34", Role.ROLE_UNSPECIFIED),
    ],
)
def test_speaker_is_redacted_when_it_is_more_than_a_part(speaker: str, role: Role) -> None:
    turns = [Turn(speaker=speaker, role=role, text=text) for text in ("hello", "bye")]
    redacted = redact(Call(turns=turns))
    assert [t.speaker for t in redacted.call.turns] == ["<NAME_1>", "<NAME_1>"]
    assert redacted.placeholders.restore("<NAME_1> calls") == f"{speaker} calls"


@pytest.mark.parametrize(
    "speaker", ["Agent", "AGENT 2", "agent_2", "Caller12", "third_party", "Third party 2", " ", ""]
)
def test_speaker_stays_when_it_is_a_part(speaker: str) -> None:
    assert redact(Call(turns=[Turn(speaker=speaker, text="hello")])).call.turns[0].speaker == speaker


def test_speaker_has_one_placeholder_when_it_is_spelled_in_two_ways() -> None:
    redacted = redact(Call(turns=[Turn(speaker="Xanvi  Torbel", text="a"), Turn(speaker="xanvi_torbel", text="b")]))
    assert {t.speaker for t in redacted.call.turns} == {"<NAME_1>"}


def test_only_the_name_in_a_label_is_looked_for_in_the_text() -> None:
    turns = [
        Turn(speaker="Caller xanvi@example.com", text="The caller sent an example. A com port."),
        Turn(speaker="Agent Torbel", text="The Agent is Torbel."),
    ]
    texts = [t.text for t in redact(Call(turns=turns)).call.turns]
    assert texts[0] == turns[0].text
    assert re.fullmatch(r"The Agent is <NAME_\d>\.", texts[1])


_PARTS = sorted(section("parts"))


@given(
    part=st.sampled_from(_PARTS),
    more=st.text(min_size=1, max_size=30),
    role=st.sampled_from([Role.ROLE_UNSPECIFIED, Role.ROLE_THIRD_PARTY]),
)
def test_label_is_a_part_or_a_placeholder_whatever_the_speaker_is_called(part: str, more: str, role: Role) -> None:
    speaker = f"{part} {more}"
    redacted = redact(Call(turns=[Turn(speaker=speaker, role=role, text="hello")]))
    (turn,) = redacted.call.turns
    shown = lower(plain(label(turn))).replace(" ", "_")
    assert shown == "<name_1>" or re.sub(r"_?\d{1,2}$", "", shown) in _PARTS
    assert redacted.placeholders.restore(turn.speaker) == speaker


def test_nothing_but_the_turns_is_carried_over() -> None:
    call = _call("hello")
    call.gold.CopyFrom(Gold(personal_data=[PersonalData(value="secret")]))
    call.summary.text = "brought"
    call.annotations.update({"note": "secret"})
    assert redact(call).call == _call("hello")


def test_requests_share_nothing() -> None:
    first, second = redact(_call("order 46422")), redact(_call("order 99121"))
    assert first.placeholders.restore("<ID_1>") == "46422"
    assert second.placeholders.restore("<ID_1>") == "99121"


_VALUE = st.one_of(
    st.integers(10_000, 99_999).map(str),
    st.integers(10**15, 10**16 - 1).map(str),
    st.integers(0, 9999).map(lambda n: f"202-555-{n:04d}"),
    st.sampled_from(
        ["ana@example.com", "b.c@example.org", "GA-31600", "+44 20 7946 0958", "Julia Marsh", "Omar Farouk"]
    ),
)
_WORDS = st.sampled_from(
    ["so", "the order", "went to", "a", "shop", ",", "back for $35.20", "within 5 days", ".", "hello"]
)


@given(st.lists(st.lists(st.one_of(_VALUE, _WORDS), max_size=12).map(" ".join), min_size=1, max_size=4))
def test_restoring_gives_back_every_turn(texts: list[str]) -> None:
    redacted = redact(_call(*texts))
    assert [redacted.placeholders.restore(t.text) for t in redacted.call.turns] == texts


@given(st.lists(st.text(max_size=60), min_size=1, max_size=4))
def test_restoring_gives_back_every_turn_when_each_value_has_one_form(texts: list[str]) -> None:
    call = _call(*texts)
    stretches = find(BOUNDARY.join(texts))
    redacted = redact(call)
    if not any(s.written for s in stretches) and len({(s.kind, s.value) for s in stretches}) == len(stretches):
        assert [redacted.placeholders.restore(t.text) for t in redacted.call.turns] == texts


@given(st.text(alphabet="12 -.,@abdot twofiveJuliaMarsh\x00", max_size=80))
def test_stretches_are_in_order_and_cross_no_boundary(text: str) -> None:
    at = 0
    for stretch in find(text):
        assert isinstance(stretch, Stretch)
        assert at <= stretch.start < stretch.end <= len(text)
        assert BOUNDARY not in text[stretch.start : stretch.end]
        at = stretch.end


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("my number is 4222222222222", "my number is <CARD_1>"),
        ("the account that I have is 482", "the account that I have is <ID_1>"),
        ("it is four two seven", "it is <ID_1>"),
        ("it is four two", "it is four two"),
    ],
)
def test_value_is_taken_out_when_it_is_as_short_or_as_far_from_its_word_as_may_be(text: str, shown: str) -> None:
    redacted = redact(_call(text))
    assert [turn.text for turn in redacted.call.turns] == [shown]
    assert redacted.counts == ({} if "<" not in shown else {re.findall("[A-Z]{2,}", shown)[0].lower(): 1})
