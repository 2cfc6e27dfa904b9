"""Live calls counted from the summarizer's changelog."""

from __future__ import annotations

import time

import pytest

from arf.flow import LIVE_CALLS
from arf.kit.bus.kinds.keyed_state import KeyState
from arf.kit.bus.port import Message
from arf.site.live_calls import LiveCalls, count
from arf.v1.live_pb2 import LiveCallState, LivePhase
from tests.helpers.sealing import Site

OPEN, ENDED, FINAL, CLOSED = (
    LivePhase.LIVE_PHASE_OPEN,
    LivePhase.LIVE_PHASE_ENDED,
    LivePhase.LIVE_PHASE_FINAL,
    LivePhase.LIVE_PHASE_CLOSED,
)


def publish(here: Site, call_id: str, phase: LivePhase | None, ago_s: float = 0.0) -> None:
    """Publishes a call's state as of some time ago; None forgets it."""
    value = b""
    if phase is not None:
        state = LiveCallState(phase=phase, since_ms=round((time.time() - ago_s) * 1000))
        value = KeyState(1, "e", state.SerializeToString(), (), {}, {}).to_bytes()
    here.bus.publish([Message(LIVE_CALLS, f"acme/{call_id}", value, {})])


def test_no_calls_are_counted_where_there_are_none(here: Site) -> None:
    assert count(here.bus) == LiveCalls()


def test_each_call_counts_as_its_newest_state_and_final_summaries_are_overdue_after_a_while(here: Site) -> None:
    states: dict[str, list[LivePhase | None]] = {
        "c-1": [OPEN],
        "c-2": [OPEN, ENDED],
        "c-3": [OPEN, ENDED, FINAL],
        "c-4": [FINAL, CLOSED],
        "c-5": [OPEN, None],
    }
    for call_id, phases in states.items():
        for phase in phases:
            publish(here, call_id, phase)
    publish(here, "c-6", ENDED, ago_s=60.0)
    here.bus.publish([Message(LIVE_CALLS, "acme/c-7", b"\xff", {})])
    found = count(here.bus)
    assert (found.open, found.ended, found.overdue) == (1, 2, 1)
    assert found.oldest_s == pytest.approx(60.0, abs=20.0)
