"""Numbers as the report writes them."""

from __future__ import annotations

import pytest

from arf.loop.report import wording


@pytest.mark.parametrize(
    ("number", "text"),
    [(0.0, "0\u00a0%"), (0.004, "0.4\u00a0%"), (0.625, "62\u00a0%"), (1.0, "100\u00a0%"), (-0.001, "-0.1\u00a0%")],
)
def test_percent(number: float, text: str) -> None:
    assert wording.percent(number) == text


@pytest.mark.parametrize(
    ("number", "text"), [(3, "3"), (1234567, "1\u202f234\u202f567"), (2.5, "2.5"), (0.0007, "0.0007"), (0.1, "0.1")]
)
def test_amount(number: float, text: str) -> None:
    assert wording.amount(number) == text


@pytest.mark.parametrize(
    ("number", "text"), [(3.14, "3.1 s"), (125, "2 min 05 s"), (59.99, "1 min 00 s"), (7380, "2 h 03 min")]
)
def test_seconds(number: float, text: str) -> None:
    assert wording.seconds(number) == text


@pytest.mark.parametrize(("number", "text"), [(0.54, "+54 points"), (-0.01, "−1 point"), (0.001, "±0 points")])
def test_points(number: float, text: str) -> None:
    assert wording.points(number) == text


def test_an_error_rate_is_known_by_its_name() -> None:
    assert wording.error_of("wrong_detail_rate") == "WRONG_DETAIL"
    assert wording.error_of("error_rate.STATUS_SHIFT") == "STATUS_SHIFT"
    assert wording.error_of("error_free_rate") is None


def test_systems_come_in_their_usual_order_and_unknown_ones_last() -> None:
    assert wording.ordered_systems({"zeta": 1, "repair": 1, "teacher": 1, "arf": 1}) == [
        "arf",
        "teacher",
        "repair",
        "zeta",
    ]


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("wrong_amount is promised, stated as done", "wrong amount is promised, stated as done"),
        ("the period P10D is missing", "the period 10 days is missing"),
        ("the period P1W is missing", "the period 1 week is missing"),
        ("the date ---02 is missing", "the date day 2 of the month is missing"),
        ("--03-14 and 2024-02-29 were corrected", "14 March and 29 February 2024 were corrected"),
        ("order 48-213 on 06:30", "order 48-213 on 06:30"),
    ],
)
def test_explanations_say_codes_in_words(said: str, shown: str) -> None:
    assert wording.readable(said) == shown
