"""The ways to write and say a card number and its CVV: each is masked, and what looks like them but is not stays."""

from __future__ import annotations

import re

import pytest

from arf.privacy.masking.calls import mask_call, mask_text
from arf.v1.transcript_pb2 import Call, Turn
from tests.helpers.cards import in_words

VISA, AMEX = "5555555555554444", "378282246310005"
FOURS = [VISA[at : at + 4] for at in range(0, 16, 4)]
SEPARATORS = [*" -./*|:,;_~#+=\\'\"", "\n", "\t", "  ", " - ", ", ", " / ", "\u00a0", "\u2009", "\u200b", "–", "—"]
SEPARATORS += ["·", "•", "…", "...", " _ ", "><", "->", "\u2212", "\u2060", "`", "^", "&", "!", "?", " | ", "--", "//"]
BRACKETS = ["()", "[]", "{}", "<>", "“”", "''", '""', "**", "||", "««"]
WORDS = [
    " then ",
    " and then ",
    " uh ",
    " um ",
    ", next ",
    " okay ",
    ", and finally ",
    " dash ",
    " space ",
    " after that ",
]
WORDS += [" then you have ", " followed by ", " let me see ", " hold on ", " sorry it is hard to read "]
GLUED = [
    "x{}",
    "{}x",
    "card{}",
    "{}mastercard",
    "no.{}",
    "visa{}visa",
    "a {} b",
    "é{}",
    "{}é",
    "#{}",
    "nr{}",
    "cc:{}",
    "${{{}}}",
]
SCRIPTS = ["０", "٠", "۰", "०", "০", "๐", "𝟎", "𝟘", "𝟬", "𝟶"]


def _in_script(zero: str) -> str:
    return "".join(chr(ord(zero) + int(digit)) for digit in VISA)


def _said(*pairs: str) -> str:
    return " ".join(pairs)


FORMS = [
    *(separator.join(FOURS) for separator in SEPARATORS),
    *(separator.join(VISA) for separator in SEPARATORS[:24]),
    *("".join(pair[0] + four + pair[1] for four in FOURS) for pair in BRACKETS),
    *(" ".join(pair[0] + four + pair[1] for four in FOURS) for pair in BRACKETS[:4]),
    *(word.join(FOURS) for word in WORDS),
    *(word.join(map(in_words, FOURS)) for word in WORDS),
    *(glued.format(VISA) for glued in GLUED),
    *(glued.format(" ".join(FOURS)) for glued in GLUED),
    *(_in_script(zero) for zero in SCRIPTS),
    "".join(chr(0x245F + int(d)) for d in VISA),
    "".join(f"{d}\ufe0f\u20e3" for d in VISA),
    "".join({"5": "⁵", "4": "⁴"}[d] for d in VISA),
    "3782 822463 10005",
    "3782-822463-10005",
    "3782 then 822463 then 10005",
    in_words(VISA),
    in_words(VISA).upper(),
    in_words(VISA).replace(" ", "-"),
    in_words(VISA).replace(" ", "_"),
    in_words(VISA).replace(" ", ", "),
    "fifty five fifty five fifty five fifty five fifty five fifty five forty four forty four",
    "fifty five hundred fifty five, fifty five hundred fifty five, 5555 forty four forty four",
    "double five double five double five double five double five double five double four double four",
    "triple five five triple five five triple five five triple four four",
    "four fives, four fives, four fives and four fours",
    "quadruple five quadruple five quadruple five quadruple four",
    "five thousand five hundred fifty five 5555 5555 4444",
    "5555 five five five five 5555 four four four four",
    "the first four are 5555, the next four are 5555, then 5555 and the last four are 4444",
    "5555 5555 one moment 5555 4444",
    "%20".join(FOURS),
    "&nbsp;".join(FOURS),
    "&#8203;".join(FOURS),
    "$" + " ".join(FOURS),
    "1) 5555 2) 5555 3) 5555 4) 4444",
    VISA + "0429",
    VISA + "2904123",
    "".join({"5": "伍", "4": "肆"}[d] for d in VISA),
    "".join({"5": "五", "4": "四"}[d] for d in VISA),
    "".join({"5": "❺", "4": "❹"}[d] for d in VISA),
]


def test_there_are_ways_enough() -> None:
    assert len(FORMS) == len(set(FORMS)) >= 130


@pytest.mark.parametrize("form", FORMS, ids=ascii)
def test_a_card_is_masked_when_it_is_written_or_said_in_any_way(form: str) -> None:
    masked = mask_text(f"Sure, it is {form} okay")
    assert "[CARD]" in masked
    assert not re.search(r"\d{3}|(five|four|fifty)\W+(five|four|fifty)|[٤٥]", masked), masked


@pytest.mark.parametrize("form", ["4Ol2 8888 8888 1881", "4o1288888888l881", "5105 1051, sorry, 1051 0510 5100"])
def test_a_card_is_masked_when_it_is_misread_or_partly_said_again(form: str) -> None:
    assert not re.search(r"\d{5}|1881|5100", mask_text(f"Sure, it is {form} okay").replace(" ", ""))


@pytest.mark.parametrize(
    "turns",
    [
        ("5555 5555", "5555 4444"),
        ("5555", "5555", "5555", "4444"),
        ("the first half is 5555 5555", "and the rest is 5555 4444"),
        ("five five five five, five five five five", "5555", "four four four four"),
        ("it's 5555 5555 5555", "hm, let me look, the last four are 4444"),
    ],
)
@pytest.mark.parametrize("answer", ["okay", "Sorry, could you say the next ones again please? The line is bad."])
def test_a_card_is_masked_when_it_is_dictated_over_turns(turns: tuple[str, ...], answer: str) -> None:
    call = Call()
    for text in turns:
        call.turns.add(speaker="customer", text=text)
        call.turns.add(speaker="agent", text=answer)
    assert not re.search(r"\d\d|five five|four four", " ".join(turn.text for turn in mask_call(call).turns))


def test_a_card_is_masked_when_its_halves_are_told_to_be_two_speakers() -> None:
    call = Call(turns=[Turn(speaker="a", text="5555 5555"), Turn(speaker="b", text="5555 4444")])
    assert [turn.text for turn in mask_call(call).turns] == ["[CARD]", "[CARD]"]


@pytest.mark.parametrize(
    "text",
    [
        "Order 5555555555554445, tracking 1Z999AA10123456784.",
        "I paid $5,555.55 and 5555 euros, then 5555 dollars and 4444 cents.",
        "On 2026-11-24 10:30:15 and 24/11/2026, 25.11.2026.",
        "Call 415 555 0101 or +44 20 7946 0958, extension 4242.",
        "In 2023, 2024 and 2025 I had 1500 points, 12 items and 3 boxes.",
        "My order is 48213, zip 90210, the ticket 55512.",
        "The last four digits of the card are 4444.",
        "The code we sent you is 482913.",
        "Parcel 55555555555544441399 left on 12/24.",
        "I paid $5555 2023 and 50%20 of it came back.",
    ],
)
def test_a_text_stays_when_its_numbers_are_no_card(text: str) -> None:
    assert mask_text(text) == text


@pytest.mark.parametrize(
    ("turns", "secret"),
    [
        (("agent: Expiry date and security code?", "customer: 04/28, 917"), "917"),
        (("agent: Security code and expiry?", "customer: 917, 04/28"), "917"),
        (("agent: And the expiration and the CVC?", "customer: april twenty eight, nine one seven"), "nine one seven"),
        (("agent: When does it expire, and the CVV?", "customer: oh four twenty eight and nine one seven"), "nine one"),
        (("customer: 5555 5555 5555 4444, 04/28, 917",), "917"),
        (("customer: 5555 5555 5555 4444", "agent: thanks", "customer: 04/28 917"), "917"),
        (("customer: it expires 04/28 and the code is 917",), "917"),
        (("customer: c.v.v. 917",), "917"),
        (("customer: c v c: nine seventeen",), "nine seventeen"),
        (("customer: my cvv2 is 9174",), "9174"),
        (("customer: the three numbers on the back are 917",), "917"),
        (
            (
                "agent: The digits on the back?",
                "customer: one sec",
                "agent: ok",
                "customer: wait",
                "agent: ok",
                "customer: 917",
            ),
            "917",
        ),
    ],
)
def test_a_cvv_is_masked_when_it_comes_with_a_date_or_turns_later(turns: tuple[str, ...], secret: str) -> None:
    call = Call(turns=[Turn(speaker=turn.partition(": ")[0], text=turn.partition(": ")[2]) for turn in turns])
    assert secret not in " ".join(turn.text for turn in mask_call(call).turns)


@pytest.mark.parametrize("answer", ["My order is 512.", "It is 512 dollars.", "What is your zip code? It is room 512."])
def test_a_number_stays_when_a_cvv_was_asked_for_but_it_is_something_else(answer: str) -> None:
    call = Call(turns=[Turn(speaker="agent", text="And the CVV?"), Turn(speaker="customer", text=answer)])
    assert mask_call(call).turns[1].text == answer
