from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from arf.analysis.intervals import bootstrap, rate, wilson


def test_wilson_agrees_with_published_values_when_half_are_hits() -> None:
    # Newcombe (1998), table I: 81 of 263 gives 0.2553 to 0.3662, 15 of 148 gives 0.0624 to 0.1605.
    assert wilson(81, 263) == pytest.approx((0.2553, 0.3662), abs=5e-5)
    assert wilson(15, 148) == pytest.approx((0.0624, 0.1605), abs=5e-5)


def test_wilson_says_nothing_when_nothing_was_looked_at() -> None:
    assert wilson(0, 0) == (0.0, 1.0)
    assert rate(0, 0).value == 0.0


@pytest.mark.parametrize(("count", "n"), [(2, 1), (-1, 3)])
def test_wilson_refuses_when_the_count_is_out_of_range(count: int, n: int) -> None:
    with pytest.raises(ValueError, match="from 0 to n"):
        wilson(count, n)


@given(st.integers(1, 10_000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_wilson_holds_the_share_within_0_and_1_when_given_any_count(case: tuple[int, int]) -> None:
    count, n = case
    low, high = wilson(count, n)
    assert 0 <= low <= count / n <= high <= 1
    mirrored = wilson(n - count, n)
    assert (1 - mirrored[1], 1 - mirrored[0]) == pytest.approx((low, high), abs=1e-9)


def _mean(values: object) -> float:
    seen = list(values)  # type: ignore[call-overload]
    return sum(seen) / len(seen)


def test_bootstrap_repeats_itself_when_the_seed_is_the_same() -> None:
    values = [float(i % 7) for i in range(40)]
    assert bootstrap(values, _mean, seed=3) == bootstrap(values, _mean, seed=3)
    assert bootstrap(values, _mean, seed=3) != bootstrap(values, _mean, seed=4)


def test_bootstrap_comes_near_the_normal_interval_when_the_statistic_is_a_mean() -> None:
    values = [0.0, 1.0] * 100
    ends = bootstrap(values, _mean, draws=2000)
    assert ends is not None
    assert ends == pytest.approx((0.431, 0.569), abs=0.02)


def test_bootstrap_is_none_when_the_statistic_is_never_defined() -> None:
    assert bootstrap([], _mean) is None
    assert bootstrap([1.0], lambda _: None) is None
