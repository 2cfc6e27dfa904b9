"""Values: written and spoken forms of the same thing have the same canonical form."""

from __future__ import annotations

import calendar
import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from arf.tasks.customer_service.tagging.values import Value, find_values, same

_DIGITS = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"]
_TEENS = ["ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"]
_TENS = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
_MONTHS = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
]
_ORDINALS = [
    "first",
    "second",
    "third",
    "fourth",
    "fifth",
    "sixth",
    "seventh",
    "eighth",
    "ninth",
    "tenth",
    "eleventh",
    "twelfth",
    "thirteenth",
    "fourteenth",
    "fifteenth",
    "sixteenth",
    "seventeenth",
    "eighteenth",
    "nineteenth",
    "twentieth",
]


def _cardinal(number: int) -> str:
    if number < 10:
        return _DIGITS[number]
    if number < 20:
        return _TEENS[number - 10]
    tens = _TENS[number // 10 - 2]
    return tens if number % 10 == 0 else f"{tens} {_DIGITS[number % 10]}"


def _ordinal(number: int) -> str:
    if number <= 20:
        return _ORDINALS[number - 1]
    if number == 30:
        return "thirtieth"
    return f"{_TENS[number // 10 - 2]} {_ORDINALS[number % 10 - 1]}"


def _only(text: str) -> Value:
    values = find_values(text)
    assert len(values) == 1, values
    return values[0]


@pytest.mark.parametrize(
    ("text", "kind", "canonical"),
    [
        ("a refund of $35.20 today", "money", "35.20 USD"),
        ("a refund of thirty five twenty please", "money", "35.20"),
        ("thirty-five dollars and twenty cents", "money", "35.20 USD"),
        ("a hundred and five dollars", "money", "105.00 USD"),
        ("five oh five euros", "money", "505.00 EUR"),
        ("£1,250", "money", "1250.00 GBP"),
        ("twenty percent off", "percent", "20"),
        ("no, the fourteenth of march", "date", "2026-03-14"),
        ("March 14, 2025", "date", "2025-03-14"),
        ("14/03/2026", "date", "2026-03-14"),
        ("no, the fourteenth", "date", "---14"),
        ("the second of june", "date", "2026-06-02"),
        ("half past two", "time", "02:30"),
        ("quarter to five pm", "time", "16:45"),
        ("ten a m", "time", "10:00"),
        ("at 2:30 p.m.", "time", "14:30"),
        ("at 1:00pm", "time", "13:00"),
        ("ninety one ninety nine will be on your card", "money", "91.99"),
        ("the costs were twelve fifty", "money", "12.50"),
        ("account eight three nine two eight i was away", "id", "83928"),
        ("it's four six nine three seven", "id", "46937"),
        ("order number f p six seven five four one i'd say", "id", "FP67541"),
        ("within three to five business days", "duration", "P3D/P5D"),
        ("in 24 hours", "duration", "PT24H"),
        ("order number four eight two one three", "id", "48213"),
        ("order a b four double eight two", "id", "AB4882"),
        ("account AC-48213", "id", "AC48213"),
        ("ticket b as in bravo four four one", "id", "B441"),
        ("five five five one two three four five six seven", "phone", "+15551234567"),
        ("call +1 (415) 555-0132", "phone", "+14155550132"),
        ("write to jo.b@mail.example", "email", "jo.b@mail.example"),
    ],
)
def test_value_has_canonical_form_when_written_or_spoken(text: str, kind: str, canonical: str) -> None:
    value = _only(text)
    assert (value.kind, value.canonical) == (kind, canonical)
    assert text[value.start : value.end] == value.text


@pytest.mark.parametrize("text", ["charged twice for one of them", "order a new one", "at first", "wait a second", ""])
def test_nothing_is_found_when_number_words_are_chatter(text: str) -> None:
    assert find_values(text) == []


def test_lookalike_values_stay_apart_when_in_one_sentence() -> None:
    text = "the order forty eight two thirteen cost one hundred twenty dollars fifty"
    assert [v.canonical for v in find_values(text)] == ["48213", "120.50 USD"]


@given(dollars=st.integers(11, 99), cents=st.integers(10, 99))
def test_money_is_the_same_when_spoken(dollars: int, cents: int) -> None:
    written = _only(f"${dollars}.{cents}")
    assert same(_only(f"i paid {_cardinal(dollars)} {_cardinal(cents)}"), written)
    assert _only(f"{_cardinal(dollars)} dollars and {_cardinal(cents)} cents").canonical == written.canonical


@given(day=st.integers(1, 30), month=st.integers(1, 12))
def test_date_is_the_same_when_spoken(day: int, month: int) -> None:
    name, day = _MONTHS[month - 1], min(day, calendar.monthrange(2028, month)[1])
    written = _only(f"{day} {name.title()}")
    assert _only(f"the {_ordinal(day)} of {name}").canonical == written.canonical
    assert _only(f"{name} {_ordinal(day)}").canonical == written.canonical


@given(st.text("0123456789", min_size=4, max_size=9))
def test_id_is_the_same_when_spelled(digits: str) -> None:
    spelled = " ".join(_DIGITS[int(d)] for d in digits)
    assert _only(f"my order number is {spelled} ok").canonical == digits


@given(st.text(st.sampled_from("ab1 $.,:/-twentyfiveoh&@"), max_size=40))
def test_spans_are_ordered_and_true_to_the_text_when_text_is_arbitrary(text: str) -> None:
    values = find_values(text)
    assert all(text[v.start : v.end] == v.text for v in values)
    assert all(a.start <= b.start for a, b in itertools.pairwise(values))


@pytest.mark.parametrize(
    ("a", "b", "expected"),
    [
        ("the fourteenth", "14 March", True),
        ("the fifteenth", "14 March", False),
        ("at 2:30", "at 2:30 pm", True),
        ("at 2:30 am", "at 2:30 pm", False),
        ("$35", "€35", False),
        ("i paid thirty five twenty", "$35.20", True),
        ("24 hours", "a day", True),
        ("$35", "35", True),
        ("order 48213", "order 48215", False),
    ],
)
def test_values_are_the_same_only_when_what_both_say_agrees(a: str, b: str, expected: bool) -> None:
    assert same(_only(a), _only(b)) is expected
    assert same(_only(b), _only(a)) is expected


@pytest.mark.parametrize("said", ["hundred hundred", "one million million", "two thousand thousand"])
def test_words_that_make_no_number_are_no_value(said: str) -> None:
    assert find_values(f"It was {said} or so.") == []
    assert [value.text for value in find_values(f"It was {said}, and I paid $5.")] == ["$5"]


@given(
    st.lists(st.sampled_from([*_DIGITS, *_TENS, *_ORDINALS, "hundred", "million", "and", "point", "oh", "a", "double"]))
)
def test_no_run_of_number_words_is_too_much(words: list[str]) -> None:
    find_values(" ".join(words))


@pytest.mark.parametrize("piece", ["a.", "9", "A-1-", "1,", "a ", "b ", "$", "one ", "www.", "order ", "a@"])
def test_the_longest_text_that_a_turn_may_be_takes_no_minutes(piece: str) -> None:
    """Patterns that take the square of the length need a minute and more here: the test's timeout would tell."""
    find_values((piece * 20_000)[:20_000])
