"""When a record is tried again, and when a stage rests: by a clock that stands still."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from arf.kit.bus.port import Record
from arf.kit.bus.retries import Retries
from arf.kit.bus.stage import MAX_RETRY_AFTER_S, Handled, HandlerFailed, Pace
from arf.kit.bus.window import Output, WindowEntry
from arf.kit.errors import Unavailable

NOW = 1_000.0
PACE = Pace(backoff_s=1.0, max_backoff_s=30.0, max_attempts=3)
DONE = Output(b"", "test.Done")
away = st.builds(Unavailable, st.just("away"), st.none() | st.floats(0, 10_000))
outcomes: st.SearchStrategy[list[Handled]] = st.lists(away | st.just(DONE), min_size=1, max_size=5)


def retries() -> Retries:
    """Retries whose clock stands still."""
    return Retries(PACE, lambda: NOW)


def judged(kept: Retries, round_: list[Handled]) -> bool:
    return kept.judged(
        ["acme"] * round_.count(DONE), [outcome for outcome in round_ if isinstance(outcome, Unavailable)]
    )


def item() -> WindowEntry:
    return WindowEntry(Record("t", 0, 0, "acme/c-1", b"", {}, 0), 1, "e-1", "o-1")


@given(st.lists(outcomes, max_size=30))
def test_a_stage_rests_only_while_nothing_answers_and_never_for_long(rounds: list[list[Handled]]) -> None:
    kept = retries()
    for round_ in rounds:
        before = kept.answered("acme")[0]
        rests = judged(kept, round_)

        assert kept.answered("acme")[0] - before == round_.count(DONE)
        assert rests == (DONE not in round_)
        if rests:
            assert PACE.backoff_s <= kept.rest_s(NOW) <= MAX_RETRY_AFTER_S


def test_each_rest_is_twice_as_long_until_something_answers() -> None:
    kept = retries()
    rests = []
    for _ in range(7):
        judged(kept, [Unavailable("away")])
        rests.append(kept.rest_s(NOW))
    judged(kept, [DONE])
    judged(kept, [Unavailable("away")])

    assert [*rests, kept.rest_s(NOW)] == [1, 2, 4, 8, 16, 30, 30, 1]
    assert kept.rest_s(NOW + 1) == kept.rest_s(NOW + 99) == 0


def test_a_stage_rests_for_the_shortest_of_what_it_is_asked_for() -> None:
    kept = retries()
    judged(kept, [Unavailable("away", 50.0), Unavailable("away", 20.0)])
    assert kept.rest_s(NOW) == 20


def test_a_record_is_at_fault_once_others_were_answered_each_time() -> None:
    kept, held = retries(), item()
    error = Unavailable("away")
    told = []
    for _ in range(3):
        judged(kept, [error, DONE])
        told.append(kept.failed(held, error))
    assert told == [None, None, error]


def test_a_record_is_not_at_fault_while_nothing_is_answered() -> None:
    kept, held = retries(), item()
    error = Unavailable("away", 500.0)
    for _ in range(20):
        judged(kept, [error])
        assert kept.failed(held, error) is None
    assert held.not_before == NOW + MAX_RETRY_AFTER_S


def test_what_nobody_expected_counts_without_others() -> None:
    kept, held = retries(), item()
    error = HandlerFailed("ValueError in handler")
    assert [kept.failed(held, error) for _ in range(3)] == [None, None, error]


def test_what_has_to_wait_is_looked_at_less_often_each_time() -> None:
    kept, held = retries(), item()
    waits = []
    for _ in range(6):
        kept.wait(held)
        waits.append(held.not_before - NOW)
    assert waits == [1, 2, 4, 8, 16, 30]
    assert held.attempts == 0
