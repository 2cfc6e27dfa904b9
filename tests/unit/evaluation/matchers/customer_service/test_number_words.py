"""Numbers written as words."""

from __future__ import annotations

import pytest

from arf.evaluation.matchers.customer_service.number_words import amount_pair, cardinal, spoken_digits


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("seven", 7),
        ("twenty-two", 22),
        ("one hundred and five", 105),
        ("two thousand three hundred", 2300),
        ("nineteen", 19),
    ],
)
def test_a_cardinal_has_its_value_when_well_formed(text: str, value: int) -> None:
    assert cardinal(text) == value


@pytest.mark.parametrize("text", ["thirty five twenty", "two three", "twelve four", "lemon"])
def test_a_cardinal_is_none_when_the_words_are_several_numbers_or_none(text: str) -> None:
    assert cardinal(text) is None


def test_a_price_has_two_halves_when_spoken_without_units() -> None:
    assert amount_pair("thirty five twenty") == (35, 20)
    assert amount_pair("one hundred twelve fifty") == (112, 50)
    assert amount_pair("twenty five") is None


def test_digits_are_repeated_when_doubled() -> None:
    assert spoken_digits("four double two oh seven") == "42207"
