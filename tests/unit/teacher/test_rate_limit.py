from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from arf.kit.errors import RateLimited, TooLarge
from arf.teacher.rate_limit import Limit, RateLimiter, TenantLimits, TokenBucket
from tests.unit.teacher.fakes import Clock


@given(
    st.floats(0.1, 50),
    st.floats(1, 40),
    st.lists(st.tuples(st.floats(0, 3), st.floats(0.1, 40)), max_size=60),
)
def test_bucket_never_gives_more_than_rate_and_burst_allow(
    rate: float, burst: float, steps: list[tuple[float, float]]
) -> None:
    clock = Clock()
    bucket = TokenBucket(Limit(rate, burst), clock)
    given: list[tuple[float, float]] = []
    for pause, amount in steps:
        clock.now += pause
        if bucket.wait_for(amount) == 0:
            bucket.take(amount)
            given.append((clock.now, amount))
    for first in range(len(given)):
        for last in range(first, len(given)):
            seconds = given[last][0] - given[first][0]
            assert sum(a for _, a in given[first : last + 1]) <= rate * seconds + burst + 1e-6


@given(st.floats(0.1, 50), st.floats(1, 40), st.floats(0.1, 40))
def test_bucket_gives_after_the_wait_that_it_named(rate: float, burst: float, amount: float) -> None:
    clock = Clock()
    bucket = TokenBucket(Limit(rate, burst), clock)
    bucket.take(burst)
    wait = bucket.wait_for(amount)
    if amount > burst:
        assert math.isinf(wait)
    else:
        clock.now += wait + 1e-6
        assert bucket.wait_for(amount) == 0


def test_requests_and_tokens_are_taken_both_or_neither() -> None:
    clock = Clock()
    limiter = RateLimiter(TenantLimits(Limit(1, 2), Limit(10, 100)), clock)
    limiter.admit("a", 90)
    with pytest.raises(RateLimited, match="tokens") as refusal:
        limiter.admit("a", 90)
    assert refusal.value.retry_after_s == pytest.approx(8.0)
    limiter.admit("a", 10)
    with pytest.raises(RateLimited, match="requests"):
        limiter.admit("a", 0)


def test_tokens_that_were_not_used_come_back_and_others_are_paid_for_later() -> None:
    clock = Clock()
    limiter = RateLimiter(TenantLimits(tokens=Limit(10, 100)), clock)
    limiter.admit("a", 100)
    limiter.settle("a", 100, 30)
    limiter.admit("a", 70)
    limiter.settle("a", 70, 120)
    with pytest.raises(RateLimited) as refusal:
        limiter.admit("a", 10)
    assert refusal.value.retry_after_s == pytest.approx(6.0)


def test_tenants_have_buckets_of_their_own() -> None:
    limiter = RateLimiter(
        TenantLimits(Limit(1, 1)), Clock(), {"big": TenantLimits(Limit(1, 3)), "free": TenantLimits()}
    )
    limiter.admit("a", 1)
    limiter.admit("b", 1)
    for _ in range(3):
        limiter.admit("big", 1)
    for _ in range(30):
        limiter.admit("free", 10**9)
    with pytest.raises(RateLimited):
        limiter.admit("big", 1)


def test_call_that_no_wait_lets_through_is_too_large_rather_than_too_early() -> None:
    limiter = RateLimiter(TenantLimits(tokens=Limit(10, 100)), Clock())
    with pytest.raises(TooLarge, match="tokens") as refusal:
        limiter.admit("a", 101)
    assert refusal.value.retry_after_s is None
    limiter.admit("a", 100)
