"""Finds a live call in the log, for a stream that takes it up on another replica."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from arf.flow import LIVE, LIVE_CALLS, SEGMENTS, SUMMARIZER
from arf.kit.bus.ids import call_key
from arf.kit.bus.kinds.keyed_state import KeyState
from arf.kit.bus.partitioner import partition_of
from arf.kit.bus.port import Bus
from arf.kit.errors import Corrupt, NotFound
from arf.privacy.seal import Forgotten
from arf.privacy.sealed_records import Seals, opened, unsealed
from arf.summarizer.following import since
from arf.summarizer.writing import now_ms
from arf.v1.live_pb2 import LiveCall, LiveCallState, LiveEvent, LivePhase, SummaryUpdate, UpdateKind
from arf.v1.summarizer_service_pb2 import ResumeCall

_BEFORE_MS = 2_000
"""Clocks of different machines may differ by so much."""


@dataclass(frozen=True, slots=True)
class Resumed:
    """A call that is open or within its lateness: its updates after the last that the client knows.

    `ended` is whether it has ended, `final` whether its final summary is out.
    """

    updates: tuple[SummaryUpdate, ...]
    ended: bool
    final: bool


def resume(bus: Bus, seals: Seals, tenant: str, asked: ResumeCall) -> Resumed:
    """Finds the call in its state and in what no state reflects yet. It blocks: call it from a thread.

    Raises NotFound if the tenant has no such call, it is closed or was forgotten; Corrupt if its log lacks the segment
    that the client was told is durable; Unavailable.
    """
    key = call_key(tenant, asked.call_id)
    missing = NotFound(f"no call {asked.call_id} is open, or within the time in which its summary is corrected")
    try:
        state = _state(bus, seals, key)
        if state is not None and state.closed_ms:
            raise missing
        waiting = list(_waiting(bus, seals, key))
        if state is None and not waiting:
            raise missing
        begun_ms = (state.begun_ms if state is not None else now_ms()) - _BEFORE_MS
        _check(bus, seals, key, asked.acknowledged_segment_id, state, waiting)
        found = [opened(seals, record, SummaryUpdate) for record in since(bus, LIVE, key, begun_ms)]
    except Forgotten:
        raise missing from None
    final = any(update.kind == UpdateKind.UPDATE_KIND_FINAL for update in found)
    ended = any(event.HasField("end") for event in waiting) or (state is not None and bool(state.ended_ms))
    return Resumed(tuple(update for update in found if update.revision > asked.revision), ended, final)


def _state(bus: Bus, seals: Seals, key: str) -> LiveCall | None:
    partition = partition_of(key, bus.partitions(LIVE_CALLS))
    newest = b""
    for record in bus.read(LIVE_CALLS, {partition: 0}):
        newest = record.value if record.key == key else newest
    if not newest:
        return None
    state = LiveCallState.FromString(KeyState.from_bytes(newest).value)
    if state.phase == LivePhase.LIVE_PHASE_CLOSED:
        return LiveCall(closed_ms=state.since_ms)
    return unsealed(seals, state.call, key, LiveCall)


def _waiting(bus: Bus, seals: Seals, key: str) -> Iterator[LiveEvent]:
    """The call's events that the stage has not taken in yet."""
    partition = partition_of(key, bus.partitions(SEGMENTS))
    (behind,) = [lag for lag in bus.lag(SUMMARIZER.stage, [SEGMENTS]) if lag.slot.partition == partition]
    if behind.records:
        begin_ms = now_ms() - round(behind.oldest_age_s * 1000) - _BEFORE_MS
        yield from (opened(seals, record, LiveEvent) for record in since(bus, SEGMENTS, key, begin_ms))


def _check(bus: Bus, seals: Seals, key: str, segment_id: str, state: LiveCall | None, waiting: list[LiveEvent]) -> None:
    """Raises Corrupt if the log lacks the segment: partial ones are in no state."""
    if not segment_id or (state is not None and segment_id in state.segments):
        return
    begun_ms = (state.begun_ms if state is not None else now_ms()) - _BEFORE_MS
    events = (opened(seals, record, LiveEvent) for record in since(bus, SEGMENTS, key, begun_ms))
    if not any(event.segment.segment_id == segment_id for source in (waiting, events) for event in source):
        raise Corrupt(f"the log of call {key} lacks segment {segment_id}, which was acknowledged")
