"""No card number and no CVV gets through, however it is said; numbers that are something else do."""

from __future__ import annotations

import re

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from arf.privacy.masking.calls import CARD, CVV, mask_call, mask_text
from arf.privacy.masking.cards import has_scheme, is_card
from arf.privacy.scanner.gaps import runs
from arf.privacy.scanner.groups import groups
from arf.v1.transcript_pb2 import Call, Gold, GoldFact, PersonalData, Turn
from tests.helpers import cards

FORMS = st.sampled_from([cards.written, cards.spoken, cards.mixed])
AROUND = st.sampled_from(
    [("", ""), ("My card number is ", ", thanks."), ("Sure, it's ", ". Anything else?"), ("Card: ", "\nthank you")]
)


@given(number=cards.card_numbers(), form=FORMS, around=AROUND, data=st.data())
def test_a_valid_number_goes_in_every_form(
    number: str, form: object, around: tuple[str, str], data: st.DataObject
) -> None:
    said = data.draw(form(number))
    assert mask_text(around[0] + said + around[1]) == around[0] + CARD + around[1]


@given(number=cards.card_numbers(), data=st.data())
def test_masking_again_changes_nothing(number: str, data: st.DataObject) -> None:
    once = mask_text("It is " + data.draw(cards.mixed(number)) + " for the order 48213.")
    assert once == mask_text(once) == f"It is {CARD} for the order 48213."


@given(body=st.text("0123456789", min_size=12, max_size=18), wrong=st.integers(1, 9), data=st.data())
def test_a_number_that_fails_the_check_stays(body: str, wrong: int, data: st.DataObject) -> None:
    # A shop's own number: no scheme's begins with 8.
    body = "8" + body[1:]
    number = body + str((int(cards.check_digit(body)) + wrong) % 10)
    text = "My order id is " + data.draw(st.sampled_from([number, cards.in_words(number)])) + "."
    assume(not any(has_scheme(number[a:b]) for a in range(len(number)) for b in range(a + 14, len(number) + 1)))
    assert mask_text(text) == text


@given(
    number=st.text("0123456789", min_size=1, max_size=12),
    form=st.sampled_from([cards.written, cards.spoken]),
    data=st.data(),
)
def test_a_number_that_is_too_short_stays(number: str, form: object, data: st.DataObject) -> None:
    text = "The number is " + data.draw(form(number)) + "."
    assert mask_text(text) == text


@pytest.mark.parametrize(
    "text",
    [
        "Call me at (415) 555-0101 or 312-555-0102, after 10:30.",
        "four one five five five five oh one oh one",
        "+1 415 555 0101, extension 4242",
        "Tracking 9400111899223344556677 and 1Z999AA10123456784.",
        "FedEx says 7712 3456 7890.",
        "I paid $1,234.56 on 2026-11-24 and $4,111.11 on 2026-11-25.",
        "0000 0000 0000 0000",
        "The last four digits of my card are one two three four.",
        "One moment, one of the two of us has to wait four to five days.",
    ],
)
def test_what_is_no_card_stays(text: str) -> None:
    assert mask_text(text) == text


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("four one one one, one one one one, one one one one, one one one one", CARD),
        ("forty one hundred, eleven eleven, eleven eleven, eleven one four", CARD),
        ("forty one hundred eleven, eleven eleven, eleven eleven, eleven eleven", CARD),
        ("quadruple? no: four, triple one, double one double one 1111 1111", f"quadruple? no: {CARD}"),
        ("My phone is 415 555 0101. Card 4111 1111 1111 1111!", f"My phone is 415 555 0101. Card {CARD}!"),
        ("4111-1111-1111-1111 and 3782 822463 10005", f"{CARD} and {CARD}"),
        ("4111 1111 1111 1111 0427 123", CARD),
        ("zip 90210 4111 1111 1111 1111 please", "zip 90210 " + CARD + " please"),
        ("4111 1111 1111 1111, that's it", CARD + ", that's it"),
    ],
)
def test_numbers_go_with_what_is_around_them_left(text: str, masked: str) -> None:
    assert mask_text(text) == masked


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("The CVV is 427.", f"The CVV is {CVV}."),
        ("cvc: 4271", f"cvc: {CVV}"),
        ("My security code is four two seven, thanks.", f"My security code is {CVV}, thanks."),
        ("The three digits on the back are four twenty seven.", f"The three digits on the back are {CVV}."),
        ("The 3-digit code on the back? 427.", f"The 3-digit code on the back? {CVV}."),
        ("427 is the CVV", f"{CVV} is the CVV"),
        ("CVV is 427, no sorry, 472.", f"CVV is {CVV}, no sorry, {CVV}."),
        ("cvv double four seven", f"cvv {CVV}"),
        ("The security code we sent you is 482913.", "The security code we sent you is 482913."),
        ("I paid 427 dollars and have no CVV.", "I paid 427 dollars and have no CVV."),
        ("The CVV field takes $427?", "The CVV field takes $427?"),
        ("My order is 4521.", "My order is 4521."),
    ],
)
def test_a_cvv_goes_where_its_words_call_it_so(text: str, masked: str) -> None:
    assert mask_text(text) == masked


@given(cvv=st.text("0123456789", min_size=3, max_size=4), data=st.data())
def test_a_cvv_goes_in_every_form(cvv: str, data: st.DataObject) -> None:
    said = data.draw(st.sampled_from([cvv, cards.in_words(cvv), data.draw(cards.spoken(cvv))]))
    cue = data.draw(st.sampled_from(["the CVV is", "security code:", "the three digits on the back are"]))
    assert mask_text(f"{cue} {said}") == f"{cue} {CVV}"


def _call(*turns: tuple[str, str]) -> Call:
    return Call(
        id="4111111111111111", turns=[Turn(turn_id=str(n), speaker=s, text=t) for n, (s, t) in enumerate(turns)]
    )


def _texts(call: Call) -> list[str]:
    return [turn.text for turn in call.turns]


def test_a_number_goes_when_it_is_dictated_over_several_turns() -> None:
    call = _call(
        ("customer", "Sure. It's four one one one"),
        ("agent", "Four one one one, okay."),
        ("customer", "one one one one"),
        ("agent", "mm-hm"),
        ("customer", "1111"),
        ("agent", "Go on."),
        ("customer", "and one one one one, that's all."),
    )
    assert _texts(mask_call(call)) == [
        f"Sure. It's {CARD}",
        f"{CARD}, okay.",
        CARD,
        "mm-hm",
        CARD,
        "Go on.",
        f"and {CARD}, that's all.",
    ]


def test_a_number_goes_when_a_speaker_is_called_by_it() -> None:
    masked = mask_call(_call(("Caller 4111 1111 1111 1111", "Hello."), ("Agent 2", "Hi."), ("cvv 427", "Hm.")))
    assert [turn.speaker for turn in masked.turns] == [f"Caller {CARD}", "Agent 2", f"cvv {CVV}"]
    assert _texts(masked) == ["Hello.", "Hi.", "Hm."]


@given(number=cards.card_numbers(), form=FORMS, data=st.data())
def test_a_valid_number_goes_from_a_speaker_as_from_text(number: str, form: object, data: st.DataObject) -> None:
    said = data.draw(form(number))
    assert mask_call(_call((said, ""))).turns[0].speaker == CARD


def test_a_cvv_goes_when_another_turn_asks_for_it_and_reads_it_back() -> None:
    call = _call(
        ("agent", "And the three digits on the back?"),
        ("customer", "Four two seven."),
        ("agent", "427, thank you. Your order is 512."),
    )
    assert _texts(mask_call(call))[1:] == [f"{CVV}.", f"{CVV}, thank you. Your order is 512."]


def test_nothing_changes_when_a_call_holds_no_card() -> None:
    call = _call(("agent", "Your order 48213?"), ("customer", "Yes, 48213. My phone is 415 555 0101."))
    call.annotations.update({"price": 12.5, "note": "4 of 5"})
    assert mask_call(call) == call


def test_gold_summaries_and_annotations_lose_the_number_too_and_spans_move() -> None:
    text = "Ann here, card 4111 1111 1111 1111, phone 415 555 0101."
    call = _call(("customer", text), ("agent", "CVV?"), ("customer", "427"))
    call.summary.text = "Paid with 4111111111111111."
    call.reference_summaries.append("Card 4111-1111-1111-1111.")
    call.annotations.update({"a": [{"b": "4111 1111 1111 1111"}], "n": 3})

    def span(kind: str, value: str) -> PersonalData:
        start = text.index(value)
        return PersonalData(kind=kind, value=value, turn_id="0", start=start, end=start + len(value))

    found = [("name", "Ann"), ("card", "4111 1111 1111 1111"), ("phone", "415 555 0101")]
    facts = [GoldFact(slot="card", value="4111111111111111"), GoldFact(slot="cvv", value="427")]
    call.gold.CopyFrom(Gold(facts=facts, personal_data=[span(*item) for item in found]))

    masked = mask_call(call)
    assert re.findall(r"\d{4}|427", str(masked).replace(call.id, "").replace("0101", "")) == []
    assert masked.id == call.id
    new = masked.turns[0].text
    assert [new[item.start : item.end] for item in masked.gold.personal_data] == ["Ann", CARD, "415 555 0101"]
    assert [item.value for item in masked.gold.personal_data] == ["Ann", CARD, "415 555 0101"]
    assert [fact.value for fact in masked.gold.facts] == [CARD, CVV]
    assert masked.annotations["n"] == 3


@given(text=st.text("0123456789 oneightdublf-.,[]$", max_size=80))
def test_any_text_is_taken(text: str) -> None:
    assert mask_text(mask_text(text)) == mask_text(text)


@given(digits=st.text("0123456789", min_size=1, max_size=24), data=st.data())
def test_spoken_digits_are_read_as_they_were_said(digits: str, data: st.DataObject) -> None:
    said = data.draw(cards.spoken(digits))
    (run,) = runs(said, groups(said))
    assert "".join(group.text for group in run) == digits


def test_the_check_is_that_of_the_standard() -> None:
    # Test numbers that the schemes publish.
    assert all(map(is_card, ["4111111111111111", "378282246310005", "30569309025904", "6011111111111117"]))
    assert not any(map(is_card, ["4111111111111112", "411111111111", "41111111111111111111"]))


@pytest.mark.parametrize(
    "turns",
    [
        ("What is the security code?", "One moment please.", "Take your time.", "{}"),
        ("What is the CVV?", "{}.", "Thank you.", "Is that all?", "Yes, {} as I said."),
        ("And the CVV?", "let me see it is on the back here and it says {} I think"),
        ("What is the CVV?", "It is here.", "Good.", "So, it says {}."),
    ],
)
@pytest.mark.parametrize("value", ["427", "4271", "four two seven"])
def test_a_cvv_goes_when_it_comes_turns_or_words_after_it_was_asked_for(turns: tuple[str, ...], value: str) -> None:
    speakers = ["agent", "customer"] * 3
    said = _call(*((speaker, turn.format(value)) for speaker, turn in zip(speakers, turns, strict=False)))
    assert _texts(mask_call(said)) == [turn.format(CVV) for turn in turns]


@pytest.mark.parametrize("words", ["go on", "go on please I am typing that", "yes, I have that so far, the rest?"])
def test_a_number_goes_when_its_groups_have_words_around_and_between_them(words: str) -> None:
    said = _call(
        ("customer", "the first part is 4111 1111 and then"), ("agent", words), ("customer", "it goes on 1111 1111")
    )
    assert _texts(mask_call(said)) == [f"the first part is {CARD} and then", words, f"it goes on {CARD}"]


def test_a_number_of_fourteen_digits_goes_when_others_stand_around_it() -> None:
    assert mask_text("It is 3056 930902 5904 0427.") == f"It is {CARD}."
    assert mask_text("ref 12 30569309025904 then") == f"ref 12 {CARD} then"


def test_a_number_goes_whole_when_it_is_called_a_security_code() -> None:
    assert mask_text("security code 4111 1111 1111 1111") == f"security code {CARD}"
