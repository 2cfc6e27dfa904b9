"""Values in summary prose, written and spoken."""

from __future__ import annotations

import datetime
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from arf.evaluation.matchers.customer_service.values import agrees, find_values


def _found(text: str) -> list[tuple[str, str]]:
    return [(v.kind, v.canonical) for v in find_values(text)]


@pytest.mark.parametrize(
    ("text", "kind", "canonical"),
    [
        ("refunded $35.20 today", "money", "35.20 USD"),
        ("a bill of 1,204.50 dollars", "money", "1204.50 USD"),
        ("thirty-five dollars and twenty cents", "money", "35.20 USD"),
        ("a refund of thirty five twenty", "money", "35.20"),
        ("£12", "money", "12.00 GBP"),
        ("by 14 March", "date", "--03-14"),
        ("by March 14th, 2027", "date", "2027-03-14"),
        ("on the fourteenth of march", "date", "--03-14"),
        ("on the twenty-first of June", "date", "--06-21"),
        ("no later than 2026-03-14", "date", "2026-03-14"),
        ("by the 14th", "date", "---14"),
        ("on Friday", "date", "friday"),
        ("at 2:30 pm", "time", "14:30"),
        ("at half past two in the afternoon", "time", "14:30"),
        ("at 14:30", "time", "14:30"),
        ("at 2:30", "time", "2:30?"),
        ("within three to five business days", "duration", "120"),
        ("within 24 hours", "duration", "24"),
        ("in a week", "duration", "168"),
        ("order 48213", "id", "48213"),
        ("order AB-48213", "id", "AB48213"),
        ("order four eight two one three", "id", "48213"),
        ("account four double two oh", "id", "4220"),
        ("on 555-010-4477", "phone", "5550104477"),
        ("to jo@example.org", "email", "JO@EXAMPLE.ORG"),
        ("12 items", "number", "12"),
    ],
)
def test_a_value_is_read_when_written_in_its_usual_forms(text: str, kind: str, canonical: str) -> None:
    assert _found(text) == [(kind, canonical)]


@pytest.mark.parametrize("text", ["The agent may refund it.", "a second time", "on the second attempt it worked"])
def test_no_date_is_read_when_a_word_only_looks_like_one(text: str) -> None:
    assert [kind for kind, _ in _found(text) if kind == "date"] == []


@pytest.mark.parametrize(
    ("text", "gold", "same"),
    [
        ("14 March", "2026-03-14", True),
        ("14 March", "2026-03-15", False),
        ("14 March 2025", "2026-03-14", False),
        ("the 14th", "2026-03-14", True),
        ("Saturday", "2026-03-14", True),
        ("Sunday", "2026-03-14", False),
        ("2:30", "14:30", True),
        ("2:30 am", "14:30", False),
        ("24 hours", "P1D", True),
        ("two weeks", "P14D", True),
        ("two weeks", "P2D", False),
        ("$35.2", "35.20 USD", True),
        ("35.20 euros", "35.20 USD", False),
        ("555-010-4477", "+15550104477", True),
        ("555-010-4478", "+15550104477", False),
        ("order AB 48213", "AB48213", True),
    ],
)
def test_values_agree_up_to_what_is_left_open_when_compared_with_gold(text: str, gold: str, same: bool) -> None:
    assert agrees(find_values(text)[0], gold) is same


@given(st.dates(datetime.date(2026, 1, 1), datetime.date(2026, 12, 31)))
def test_a_date_agrees_with_itself_when_written_out(day: datetime.date) -> None:
    (value,) = find_values(f"by {day.day} {day:%B} then")
    assert agrees(value, day.isoformat())


@given(st.integers(1, 99_999), st.integers(0, 99))
def test_an_amount_agrees_with_itself_and_no_other_when_written_out(whole: int, cents: int) -> None:
    (value,) = find_values(f"refunded ${whole:,}.{cents:02d} to the card")
    assert agrees(value, f"{whole}.{cents:02d} USD")
    assert not agrees(value, f"{whole + 1}.{cents:02d} USD")


@given(st.text(max_size=200))
def test_places_are_exact_when_the_text_is_arbitrary(text: str) -> None:
    values = find_values(text)
    assert all(text[v.start : v.end] == v.text for v in values)
    assert all(a.end <= b.start for a, b in pairwise(values))
