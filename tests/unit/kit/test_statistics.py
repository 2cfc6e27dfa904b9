"""Intervals of shares, means, paired differences and other scores."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from arf.kit.statistics import bootstrap, difference, mean, wilson

_VALUES = st.lists(st.floats(-5, 5), min_size=2, max_size=30)


def _by_call(values: list[float]) -> dict[str, float]:
    return {f"c{n:03d}": v for n, v in enumerate(values)}


def test_the_interval_is_scipys_when_the_data_are_the_same() -> None:
    rng = random.Random(3)
    values = [rng.gauss(0.6, 0.3) for _ in range(80)]
    mine = mean(_by_call(values), 5)
    theirs = stats.bootstrap(
        (values,), lambda x, axis: x.mean(axis=axis), method="percentile", n_resamples=4000, rng=1
    ).confidence_interval
    assert mine.value == pytest.approx(sum(values) / 80)
    assert mine.low == pytest.approx(theirs.low, abs=0.01)
    assert mine.high == pytest.approx(theirs.high, abs=0.01)


def test_a_difference_uses_only_the_calls_that_both_have_when_one_lacks_some() -> None:
    assert difference({"a": 1.0, "b": 0.0, "c": 1.0}, {"b": 1.0, "c": 1.0}, 1).n == 2
    with pytest.raises(ValueError, match="no calls"):
        difference({"a": 1.0}, {"b": 1.0}, 1)


@settings(max_examples=30)
@given(_VALUES, st.integers(0, 99))
def test_the_sign_turns_when_a_and_b_change_places(values: list[float], seed: int) -> None:
    a, b = _by_call(values), _by_call(values[::-1])
    forth, back = difference(a, b, seed), difference(b, a, seed)
    assert forth.value == pytest.approx(-back.value)
    assert (forth.low, forth.high) == pytest.approx((-back.high, -back.low))


@settings(max_examples=30)
@given(_VALUES, st.integers(0, 99))
def test_the_interval_is_the_same_when_the_calls_come_in_another_order(values: list[float], seed: int) -> None:
    column = _by_call(values)
    assert mean(column, seed) == mean(dict(reversed(column.items())), seed)


@settings(max_examples=30)
@given(_VALUES, st.integers(0, 99))
def test_a_difference_is_certain_when_it_is_the_same_in_every_call(values: list[float], seed: int) -> None:
    found = difference(_by_call([v + 1 for v in values]), _by_call(values), seed)
    assert (found.value, found.low, found.high) == pytest.approx((1, 1, 1))


def test_wilson_agrees_with_published_values_when_half_are_hits() -> None:
    # Newcombe (1998), table I: 81 of 263 gives 0.2553 to 0.3662, 15 of 148 gives 0.0624 to 0.1605.
    assert wilson(81, 263) == pytest.approx((0.2553, 0.3662), abs=5e-5)
    assert wilson(15, 148) == pytest.approx((0.0624, 0.1605), abs=5e-5)


def test_wilson_says_nothing_when_nothing_was_looked_at() -> None:
    assert wilson(0, 0) == (0.0, 1.0)


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


@pytest.mark.parametrize(("hits", "n"), [(0, 16), (16, 16), (3, 16)])
def test_a_share_has_wilsons_interval_wherever_it_is_measured(hits: int, n: int) -> None:
    found = mean({str(i): float(i < hits) for i in range(n)}, 0)
    assert (found.low, found.high) == wilson(hits, n)
