from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from arf.teacher.retry import Retry, retry_after


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("7", 7.0),
        ("0.5", 0.5),
        ("-3", 0.0),
        ("Thu, 01 Jan 1970 00:01:40 GMT", 70.0),
        ("Thu, 01 Jan 1970 00:00:00 GMT", 0.0),
        ("soon", None),
        ("", None),
        (None, None),
        ("nan", None),
        ("inf", None),
    ],
)
def test_retry_after_is_read_in_seconds_and_as_a_date(value: str | None, seconds: float | None) -> None:
    assert retry_after(value, now=30.0) == seconds


@given(st.integers(1, 2000), st.integers())
def test_pause_stays_within_its_bounds(failed: int, seed: int) -> None:
    pause = Retry(base_s=0.5, longest_s=4).pause(failed, None, random.Random(seed))
    assert 0 <= pause <= min(4, 0.5 * 2 ** (min(failed, 20) - 1))


@given(st.floats(0, 100), st.integers())
def test_pause_is_never_shorter_than_was_asked_for(asked: float, seed: int) -> None:
    assert Retry().pause(3, asked, random.Random(seed)) >= asked
