from __future__ import annotations

import random

from hypothesis import given
from hypothesis import strategies as st

from arf.teacher.retry import Retry


@given(st.integers(1, 2000), st.integers())
def test_pause_stays_within_its_bounds(failed: int, seed: int) -> None:
    pause = Retry(base_s=0.5, longest_s=4).pause(failed, None, random.Random(seed))
    assert 0 <= pause <= min(4, 0.5 * 2 ** (min(failed, 20) - 1))


@given(st.floats(0, 100), st.integers())
def test_pause_is_never_shorter_than_was_asked_for(asked: float, seed: int) -> None:
    assert Retry().pause(3, asked, random.Random(seed)) >= asked
