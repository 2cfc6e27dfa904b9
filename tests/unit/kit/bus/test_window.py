"""The window commits prefixes, in order, and one output an event id."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from arf.kit.bus.headers import EVENT_ID
from arf.kit.bus.no_output import NoOutput
from arf.kit.bus.port import Record, Slot
from arf.kit.bus.window import Output, Repeated, Window, WindowEntry
from arf.kit.errors import InvalidRecord

OUTPUT = Output(b"", "test.Copy")


def _window(*ids: str, depth: int = 100, partition: int = 0) -> tuple[Window, list[WindowEntry]]:
    window = Window("stage", depth)
    return window, [_add(window, id_, n, partition) for n, id_ in enumerate(ids)]


def _add(window: Window, id_: str, offset: int, partition: int = 0) -> WindowEntry:
    return window.add(Record("t", partition, offset, "k", b"", {EVENT_ID: id_}, 0), epoch=1, answered=(0, 0))


def test_only_what_precedes_the_first_undecided_record_is_committed() -> None:
    window, (first, second, third) = _window("a", "b", "c")
    first.outcome = third.outcome = OUTPUT

    assert window.decided() == [first]
    window.retire([first])
    assert window.ready(0.0) == [second]
    second.outcome = InvalidRecord("x", "y")
    assert window.decided() == [second, third]


def test_a_repetition_waits_for_the_first_and_needs_no_output() -> None:
    window, (first, second) = _window("a", "a")

    assert window.ready(0.0) == [first]
    first.outcome = OUTPUT
    assert window.decided() == [first, second]
    assert second.outcome is Repeated.REPEATED


def test_a_repetition_is_not_waited_for_before_the_first_may_be_tried_again() -> None:
    window, (first, _, other) = _window("a", "a", "b")
    first.not_before, other.not_before = 5.0, 7.0

    assert window.next_retry() == 5.0
    assert window.ready(1.0) == []


def test_a_repetition_is_known_when_the_first_is_committed_without_it() -> None:
    window, (first, blocked, second) = _window("a", "b", "a")
    first.outcome = OUTPUT
    window.retire(window.decided())

    assert window.ready(0.0) == [blocked]
    assert second.outcome is Repeated.REPEATED


def test_a_repetition_of_a_failure_is_tried_itself() -> None:
    window, (first, second) = _window("a", "a")
    first.outcome = InvalidRecord("x", "y")

    assert window.ready(0.0) == [second]


def test_a_record_waits_for_its_time() -> None:
    window, (first, second) = _window("a", "b")
    first.not_before = 5.0

    assert window.ready(4.0) == [second]
    assert window.ready(5.0) == [first, second]
    second.outcome = NoOutput.PASSED_BY
    assert window.next_retry() == 5.0


def test_a_full_partition_is_named() -> None:
    window, _ = _window("a", "b", depth=2)
    _add(window, "c", 0, partition=1)

    assert window.full() == {Slot("t", 0)}


def test_records_of_a_partition_that_left_or_came_anew_are_dropped() -> None:
    window, (first,) = _window("a")
    window.keep({Slot("t", 0): 1})
    assert window.ready(0.0) == [first]

    window.keep({Slot("t", 0): 2})
    assert window.ready(0.0) == []


@given(st.lists(st.tuples(st.integers(0, 2), st.sampled_from("abc"), st.booleans()), max_size=30))
def test_each_id_is_committed_with_one_output_whatever_is_decided_when(
    steps: list[tuple[int, str, bool]],
) -> None:
    window = Window("stage", 100)
    committed: list[WindowEntry] = []
    for offset, (_, id_, _) in enumerate(steps):
        _add(window, id_, offset)
    for pick, _, _ in [*steps, *[(0, "", True)] * len(steps)]:
        ready = window.ready(0.0)
        if ready:
            ready[pick % len(ready)].outcome = OUTPUT
        decided = window.decided()
        window.retire(decided)
        committed += decided

    assert [item.record.offset for item in committed] == list(range(len(steps)))
    outputs = [item.event_id for item in committed if isinstance(item.outcome, Output)]
    assert sorted(outputs) == sorted({id_ for _, id_, _ in steps})
