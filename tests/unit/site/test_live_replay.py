"""How a recorded call becomes the events of a live one."""

from __future__ import annotations

from collections import Counter

import pytest

from arf.corpus.generator import generate
from arf.site.live_replay import Disturbance, arrivals
from arf.v1.transcript_pb2 import Call, Role, Turn

(CALL,) = generate(1, 5)
WILD = Disturbance(jitter_s=3.0, reorder=0.3, duplicates=0.3, seed=4)


def finals(call: Call, disturbance: Disturbance) -> list[str]:
    """The ids of the final segments, in the order in which they come."""
    return [r.segment.segment_id for _, r in arrivals(call, disturbance) if r.segment.is_final]


def test_undisturbed_segments_come_in_order_and_hold_what_was_said() -> None:
    events = [request for _, request in arrivals(CALL, Disturbance())]
    assert events[0].start.call_id == CALL.id
    assert events[-1].HasField("end")
    assert [request.sequence for request in events] == list(range(1, len(events) + 1))
    said = [(r.segment.segment_id, r.segment.text) for r in events if r.segment.is_final]
    assert said == [(turn.turn_id, turn.text) for turn in CALL.turns]
    assert {(p.speaker, p.role) for p in events[0].start.participants} == {(t.speaker, t.role) for t in CALL.turns}


def test_partial_segments_grow_into_the_final_one_with_growing_revisions() -> None:
    call = Call(id="c-1", turns=[Turn(turn_id="a", speaker="agent", text="one two three four five six")])
    segments = [request.segment for _, request in arrivals(call, Disturbance()) if request.HasField("segment")]
    assert [(s.text, s.revision, s.is_final) for s in segments] == [
        ("one two three four", 0, False),
        ("one two three four five six", 1, True),
    ]


def test_times_are_those_of_the_recording_where_it_has_them() -> None:
    turns = [Turn(speaker="agent", role=Role.ROLE_AGENT, text="Hello", start_ms=2_000, end_ms=3_500)]
    timed = [at_s for at_s, request in arrivals(Call(id="c-1", turns=turns), Disturbance()) if request.segment.is_final]
    assert timed == [3.5]


def test_the_same_seed_disturbs_the_same_segments_and_another_one_others() -> None:
    assert arrivals(CALL, WILD) == arrivals(CALL, WILD)
    other = Disturbance(jitter_s=3.0, reorder=0.3, duplicates=0.3, seed=5)
    assert arrivals(CALL, WILD) != arrivals(CALL, other)


def test_disturbed_segments_come_twice_and_overtake_each_other_but_none_is_missing() -> None:
    came = finals(CALL, Disturbance(reorder=0.5, duplicates=0.5, seed=1))
    assert set(came) == {turn.turn_id for turn in CALL.turns}
    assert max(Counter(came).values()) == 2
    assert came != sorted(came, key=int)


@pytest.mark.parametrize("loss", [0.5, 1.0])
def test_lost_segments_never_come_but_start_and_end_do(loss: float) -> None:
    events = arrivals(CALL, Disturbance(loss=loss, seed=1))
    assert len(finals(CALL, Disturbance(loss=loss, seed=1))) < len(CALL.turns)
    assert events[0][1].HasField("start")
    assert any(request.HasField("end") for _, request in events)
