from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from arf.teacher.breaker import Breaker, BreakerState
from tests.unit.teacher.fakes import Clock


def _opened(clock: Clock) -> Breaker:
    breaker = Breaker(clock, failures=3, cooldown_s=5, longest_cooldown_s=15)
    for _ in range(3):
        assert breaker.allow()
        breaker.failure()
    return breaker


def test_breaker_opens_after_failures_in_a_row_alone() -> None:
    breaker = Breaker(Clock(), failures=3)
    for report in (breaker.failure, breaker.failure, breaker.success, breaker.failure, breaker.failure):
        assert breaker.allow()
        report()
    assert breaker.state is BreakerState.CLOSED
    breaker.failure()
    assert breaker.state is BreakerState.OPEN
    assert not breaker.allow()


def test_one_request_tries_when_the_time_is_over_and_closes_it() -> None:
    clock = Clock()
    breaker = _opened(clock)
    clock.now += 4.9
    assert not breaker.allow()
    assert 0 < breaker.retry_in_s < 0.2
    clock.now += 0.1
    assert [breaker.allow(), breaker.allow()] == [True, False]
    breaker.success()
    assert breaker.state is BreakerState.CLOSED
    assert breaker.allow()


def test_pause_doubles_up_to_its_bound_when_the_trial_fails() -> None:
    clock = Clock()
    breaker = _opened(clock)
    for pause in (10, 15, 15):
        clock.now += breaker.retry_in_s
        assert breaker.allow()
        breaker.failure()
        assert breaker.retry_in_s == pause


def test_trial_that_says_nothing_makes_room_for_another() -> None:
    clock = Clock()
    breaker = _opened(clock)
    clock.now += 5
    assert breaker.allow()
    breaker.forget()
    assert breaker.allow()


def test_late_answers_change_nothing_when_it_is_open() -> None:
    clock = Clock()
    breaker = _opened(clock)
    breaker.success()
    breaker.failure()
    assert breaker.state is BreakerState.OPEN
    assert breaker.retry_in_s == 5


@given(st.lists(st.sampled_from(["ok", "fail", "forget", "wait"]), max_size=60))
def test_laws_hold_for_any_sequence(steps: list[str]) -> None:
    clock = Clock()
    breaker = Breaker(clock, failures=2, cooldown_s=5, longest_cooldown_s=20)
    for step in steps:
        if step == "wait":
            clock.now += 3
            continue
        before = breaker.state
        allowed = breaker.allow()
        assert allowed is (before is not BreakerState.OPEN)
        if not allowed:
            assert 0 < breaker.retry_in_s <= 20
            continue
        if before is BreakerState.HALF_OPEN:
            assert not breaker.allow()
        {"ok": breaker.success, "fail": breaker.failure, "forget": breaker.forget}[step]()
        if step == "ok":
            assert breaker.state is BreakerState.CLOSED
        if before is BreakerState.HALF_OPEN:
            assert (
                breaker.state
                is {"ok": BreakerState.CLOSED, "fail": BreakerState.OPEN, "forget": BreakerState.HALF_OPEN}[step]
            )
