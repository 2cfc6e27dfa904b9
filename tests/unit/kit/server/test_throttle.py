"""Under overload few calls pass, and of them each tenant has its share; afterwards all pass again."""

from __future__ import annotations

from collections import deque

import pytest

from arf.kit.server.throttle import Throttle


def passing(throttle: Throttle, *tenants: str) -> list[bool]:
    """Whether a call of each tenant named passes."""
    return [throttle.refusal(tenant) is None for tenant in tenants]


def overloaded(calls: int, **weights: int) -> Throttle:
    """A throttle after overload that is over, while so many calls came in each tick."""
    throttle = Throttle(weights)
    for late in (True, True, False):
        passing(throttle, *["big"] * calls)
        throttle.tick(late)
    return throttle


def test_all_calls_pass_until_there_is_overload() -> None:
    throttle = Throttle({})
    for _ in range(3):
        assert all(passing(throttle, *["a"] * 1000))
        throttle.tick(late=False)


def test_one_late_tick_is_no_overload() -> None:
    throttle = Throttle({})
    for late in (True, False, True, False):
        assert all(passing(throttle, *["a"] * 100))
        throttle.tick(late=late)


def test_fewer_pass_after_overload_few_while_it_lasts_and_more_until_it_comes_again() -> None:
    throttle = Throttle({})
    seen = []
    for late in (True, True, True, False, *[False] * 12, True, False):
        seen.append(sum(passing(throttle, *["a"] * 100)))
        throttle.tick(late)
    seen.append(sum(passing(throttle, *["a"] * 100)))

    assert seen == [100, 100, 18, 17, 69, 71, 73, 75, 78, 80, 82, 85, 87, 90, 93, 95, 98, 18, 71]


def test_one_call_passes_however_long_the_overload() -> None:
    throttle = Throttle({})
    for _ in range(100):
        passing(throttle, "a", "a")
        throttle.tick(late=True)

    assert passing(throttle, "a", "a") == [True, False]


def test_who_is_refused_is_told_when_to_come_again() -> None:
    throttle = overloaded(1)
    assert passing(throttle, "big", "big") == [True, True]
    refusal = throttle.refusal("big")

    assert refusal is not None
    assert refusal.retry_after_s == 1.0


def test_a_tenant_with_few_calls_passes_while_another_floods() -> None:
    throttle = overloaded(20)
    assert passing(throttle, *["big"] * 17) == [True] * 15 + [False] * 2

    assert passing(throttle, *["small"] * 9) == [True] * 8 + [False]


def test_shares_are_by_weight() -> None:
    throttle = overloaded(24, gold=2)
    passing(throttle, *["big"] * 20)

    assert passing(throttle, *["gold"] * 13) == [True] * 12 + [False]


def test_all_calls_pass_again_once_few_come() -> None:
    throttle = overloaded(40)
    passing(throttle, "big")
    throttle.tick(late=False)

    assert all(passing(throttle, *["big"] * 100))


def test_calls_are_counted_whether_they_pass_or_not() -> None:
    throttle = overloaded(1)
    before = throttle.seen
    assert passing(throttle, "big", "big", "big") == [True, True, False]

    assert throttle.seen - before == 3


@pytest.mark.parametrize(("times", "answered"), [(0.5, 1.0), (1.0, 0.75), (2.0, 0.65), (4.0, 0.55)])
def test_waits_stay_short_and_most_of_what_can_be_answered_is_whatever_is_offered(
    times: float, answered: float
) -> None:
    """By a clock of its own: a server that answers a call in 5 ms or refuses it in 0.4, one after the other."""
    throttle = Throttle({})
    answer_s, refuse_s, tick_s, end_s = 0.005, 0.0004, 0.025, 20.0
    queue: deque[float] = deque()
    now, arrived, due, count, waits = 0.0, 0.0, 0.0, 0, []
    while now < end_s:
        while arrived <= now:
            queue.append(arrived)
            arrived += answer_s / times
        if now >= due:
            throttle.tick(late=bool(queue) and now - queue[0] > tick_s)
            due = now + tick_s
        if not queue:
            now = min(arrived, due)
            continue
        waits.append(now - queue.popleft())
        passes = throttle.refusal("a") is None
        now += answer_s if passes else refuse_s
        count += passes

    assert sorted(waits)[int(0.99 * len(waits))] < 0.1
    assert count >= answered * min(times, 1.0) * end_s / answer_s - 1
