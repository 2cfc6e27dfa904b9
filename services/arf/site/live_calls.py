"""Counts live calls by how far they are, from the summarizer's changelog: nothing of it is opened."""

from __future__ import annotations

import time
from collections import Counter
from dataclasses import dataclass

from google.protobuf.message import DecodeError

from arf.flow import LIVE_CALLS
from arf.kit.bus.kinds.keyed_state import KeyState
from arf.kit.bus.port import Bus
from arf.v1.live_pb2 import LiveCallState, LivePhase

OVERDUE_S = 5.0
"""A final summary that is not out so long after the call's end is overdue."""


@dataclass(frozen=True, slots=True)
class LiveCalls:
    """Live calls that go on, that have ended without their final summary, and how many of those are overdue."""

    open: int = 0
    ended: int = 0
    overdue: int = 0
    oldest_s: float = 0.0
    """How long the oldest of the ended ones has waited, in seconds."""


def count(bus: Bus) -> LiveCalls:
    """The calls by the newest state of each. Raises Unavailable."""
    states: dict[str, LiveCallState] = {}
    for record in bus.read(LIVE_CALLS):
        states.pop(record.key, None)
        if record.value and (state := _state(record.value)) is not None:
            states[record.key] = state
    phases = Counter(state.phase for state in states.values())
    now_ms = time.time() * 1000
    waits_s = [
        max(0.0, now_ms - state.since_ms) / 1000
        for state in states.values()
        if state.phase == LivePhase.LIVE_PHASE_ENDED
    ]
    overdue = sum(wait_s > OVERDUE_S for wait_s in waits_s)
    oldest_s = round(max(waits_s, default=0.0), 1)
    return LiveCalls(phases[LivePhase.LIVE_PHASE_OPEN], len(waits_s), overdue, oldest_s)


def _state(value: bytes) -> LiveCallState | None:
    """The state in a value of the changelog; None if another client wrote it."""
    try:
        return LiveCallState.FromString(KeyState.from_bytes(value).value)
    except (DecodeError, UnicodeDecodeError):
        return None
