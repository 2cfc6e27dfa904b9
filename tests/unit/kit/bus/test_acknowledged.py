"""What was acknowledged and is not committed is found out, once."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from arf.kit.bus.kafka.acknowledged import Acknowledged
from arf.kit.bus.port import Slot

slots = st.builds(Slot, st.just("t"), st.integers(0, 5))
offsets = st.integers(1, 9)


@given(st.dictionaries(slots, offsets), st.dictionaries(slots, offsets), st.frozensets(slots))
def test_just_what_is_short_of_it_is_told_and_only_once(
    noted: dict[Slot, int], committed: dict[Slot, int], held: frozenset[Slot]
) -> None:
    known = Acknowledged()
    for slot, at in noted.items():
        known.note(slot, at)

    found = known.taken_back(committed.get, held)

    assert found == {slot for slot, at in noted.items() if committed.get(slot, 0) < at}
    assert known.taken_back(committed.get, held) == set()
    # What is held and right is looked at again.
    assert known.taken_back(lambda _: 0, held) == {slot for slot in noted.keys() - found if slot in held}


def test_nothing_is_told_after_reading_from_what_is_committed() -> None:
    known = Acknowledged()
    known.note(Slot("t", 0), 5)
    known.clear()
    assert known.taken_back(lambda _: 0, [Slot("t", 0)]) == set()


def test_it_is_not_time_to_look_at_once() -> None:
    assert not Acknowledged().due()
