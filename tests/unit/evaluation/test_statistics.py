"""Bootstrap means, paired differences, agreement and kappa."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from arf.evaluation.statistics import agreement, difference, kappa, mean

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


def test_kappa_is_the_textbooks_when_two_judges_disagree_in_part() -> None:
    a = [True] * 25 + [False] * 25
    b = [True] * 20 + [False] * 5 + [True] * 10 + [False] * 15
    assert kappa(a, b, 1).value == pytest.approx(0.4)
    assert agreement(a, b, 1).value == pytest.approx(0.7)


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


@settings(max_examples=30)
@given(st.lists(st.booleans(), min_size=1, max_size=20))
def test_agreement_is_full_when_a_judge_is_compared_with_itself(labels: list[bool]) -> None:
    assert agreement(labels, labels, 0).low == kappa(labels, labels, 0).low == 1
