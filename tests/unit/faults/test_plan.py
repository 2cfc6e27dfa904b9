"""The fault test's plan: repeatable, and one that can be carried out."""

from __future__ import annotations

import pytest

from tests.faults.plan import STAGES, DropUpstream, Kill, RestartBroker, Submit, draw


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("calls", [40, 2000])
def test_each_event_can_come_due_by_what_was_submitted_before_it(calls: int, seed: int) -> None:
    plan = draw(calls, seed)
    submitted = 0
    for event in plan.events:
        assert event.records <= len(STAGES) * submitted, event
        if isinstance(event.what, Submit):
            submitted += len(plan.portions[event.what.portion])
    assert submitted == calls
    assert [n for portion in plan.portions for n in portion] == list(range(calls))


def test_plan_has_the_kills_restarts_and_drop_that_it_is_asked_for() -> None:
    plan = draw(2000, 7, kills=40)
    done = [event.what for event in plan.events]
    assert sum(isinstance(what, Kill) for what in done) == 40
    assert [what.hard for what in done if isinstance(what, RestartBroker)] == [False, True]
    assert [what.seconds for what in done if isinstance(what, DropUpstream)] == [10.0]
    assert plan.kills.total() == 43
    assert set(plan.kills) == set(STAGES)
    assert all(2.0 <= event.pause_s <= 5.0 for event in plan.events if not isinstance(event.what, Submit))


def test_poison_is_of_different_kinds_and_neither_submitted_twice_nor_among_the_last() -> None:
    for seed in range(20):
        plan = draw(200, seed, poison=3)
        assert sorted(plan.poison.values()) == ["broken", "garbled", "refused"]
        again = {e.what.again for e in plan.events if isinstance(e.what, RestartBroker)}
        assert not any(number in plan.portions[portion] for number in plan.poison for portion in again)
        assert max(plan.poison) < 140


def test_same_seed_gives_the_same_plan_and_another_one_another() -> None:
    assert list(draw(2000, 7).lines()) == list(draw(2000, 7).lines())
    assert list(draw(2000, 7).lines()) != list(draw(2000, 8).lines())


def test_too_few_calls_are_refused() -> None:
    with pytest.raises(ValueError, match="too few"):
        draw(10, 7)
    with pytest.raises(ValueError, match="too few"):
        draw(40, 7, poison=20)
