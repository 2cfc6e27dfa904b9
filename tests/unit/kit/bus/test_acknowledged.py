"""What was acknowledged and is not committed is found out, once."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from arf.kit.bus.kafka.acknowledged import Acknowledged, CommittedOffset
from arf.kit.bus.port import Slot

slots = st.builds(Slot, st.just("t"), st.integers(0, 5))
offsets = st.builds(CommittedOffset, st.integers(1, 5), st.integers(0, 3))
NONE = CommittedOffset(0)


@given(st.dictionaries(slots, offsets), st.dictionaries(slots, offsets), st.frozensets(slots))
def test_just_what_is_short_of_it_is_told_and_only_once(
    noted: dict[Slot, CommittedOffset], committed: dict[Slot, CommittedOffset], held: frozenset[Slot]
) -> None:
    known = Acknowledged()
    for slot, at in noted.items():
        known.note(slot, at)

    found = known.taken_back(committed.get, held)

    assert found == {slot: committed.get(slot) for slot, at in noted.items() if committed.get(slot, NONE) < at}
    assert known.taken_back(committed.get, held) == {}
    # What is held and right is looked at again.
    assert known.taken_back(lambda _: NONE, held).keys() == {
        slot for slot in noted if slot in held and slot not in found
    }


def test_nothing_is_told_after_reading_from_what_is_committed() -> None:
    known = Acknowledged()
    known.note(Slot("t", 0), CommittedOffset(5))
    known.clear()
    assert known.taken_back(lambda _: NONE, [Slot("t", 0)]) == {}


def test_all_is_told_the_next_time_if_the_broker_fell_silent_in_between() -> None:
    known, slots = Acknowledged(), [Slot("t", n) for n in range(3)]
    for slot in slots:
        known.note(slot, CommittedOffset(5))
    answers = iter([NONE])

    def silent(_: Slot) -> CommittedOffset:
        if (answer := next(answers, None)) is None:
            raise TimeoutError
        return answer

    with pytest.raises(TimeoutError):
        known.taken_back(silent, slots)

    assert known.taken_back(lambda _: CommittedOffset(2), slots) == dict.fromkeys(slots, CommittedOffset(2))


def test_it_is_not_time_to_look_at_once() -> None:
    assert not Acknowledged().due()
