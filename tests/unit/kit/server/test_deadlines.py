"""How long a call may take."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from arf.kit.server.deadlines import Deadlines

BOUNDS = Deadlines(60, 600)


@pytest.mark.parametrize(("remaining", "allowed"), [(None, 60), (5, 5), (599, 599), (600, 600), (601, 600), (0, 0)])
def test_a_caller_gets_what_it_asks_for_within_bounds(remaining: float | None, allowed: float) -> None:
    assert BOUNDS.allow(remaining).seconds == allowed


@given(st.none() | st.floats(0, allow_infinity=True))
def test_no_call_is_without_a_bound(remaining: float | None) -> None:
    assert 0 <= BOUNDS.allow(remaining).seconds <= 600


@pytest.mark.parametrize(
    ("remaining", "reason"), [(None, "no deadline was set"), (5, "the caller's"), (9999, "longest deadline")]
)
def test_what_is_said_tells_whose_deadline_it_was(remaining: float | None, reason: str) -> None:
    assert reason in BOUNDS.allow(remaining).exceeded().message


@pytest.mark.parametrize(
    ("token", "allowed", "error"), [(4, 4, "Unauthenticated"), (-1, 0, "Unauthenticated"), (6, 5, "DeadlineExceeded")]
)
def test_a_token_allows_no_more_than_is_left_of_it(token: float, allowed: float, error: str) -> None:
    allowance = BOUNDS.allow(5).within_token(token)

    assert allowance.seconds == allowed
    assert type(allowance.exceeded()).__name__ == error
