"""When a live call is summarised, ended and forgotten. Times are milliseconds since 1970."""

from __future__ import annotations

from dataclasses import dataclass

from arf.v1.live_pb2 import LiveCall, LivePhase, UpdateKind

_UNDER_WAY_MS = 5_000
"""How long after its arrival in the log a segment may be read, at most, to count as one that came in time."""
_WATCH_MS = 5_000
"""How often to look after a summary that is being written: a worker that takes the call over has to ask anew."""


@dataclass(frozen=True, slots=True)
class Pacing:
    """The times of live calls, in milliseconds."""

    settle_ms: int = 300
    """A refresh waits until nothing new has come for so long, since segments often come together."""
    every_ms: int = 3_000
    """The least time between two refreshes of a call, and the most that one waits for the call to settle."""
    lateness_ms: int = 30_000
    """How long after a call's end segments still correct its summary."""
    idle_ms: int = 300_000
    """After so long without an event a call has ended."""
    remembered_ms: int = 3_600_000
    """How long a closed call is remembered, so that what comes later does not begin it anew."""


def phase(call: LiveCall) -> LivePhase:
    """How far the call is."""
    if call.closed_ms:
        return LivePhase.LIVE_PHASE_CLOSED
    if not call.ended_ms:
        return LivePhase.LIVE_PHASE_OPEN
    return LivePhase.LIVE_PHASE_FINAL if has_final(call) else LivePhase.LIVE_PHASE_ENDED


def has_final(call: LiveCall) -> bool:
    """Whether the call's final summary is out."""
    return call.update.kind in (UpdateKind.UPDATE_KIND_FINAL, UpdateKind.UPDATE_KIND_CORRECTION)


def refresh_ms(call: LiveCall, pacing: Pacing) -> int | None:
    """When the next summary is due; None if nothing new was said. The final one is due at the call's end."""
    if call.ended_ms and not has_final(call):
        return call.ended_ms
    if not call.waiting_ms:
        return None
    settled = min(call.changed_ms + pacing.settle_ms, call.waiting_ms + pacing.every_ms)
    return max(settled, call.asked_ms + pacing.every_ms)


def ends_ms(call: LiveCall, pacing: Pacing) -> int | None:
    """When the call's phase changes by itself; None while its final summary is due."""
    if call.closed_ms:
        return call.closed_ms + pacing.remembered_ms
    if not call.ended_ms:
        return call.heard_ms + pacing.idle_ms
    return call.ended_ms + pacing.lateness_ms + _UNDER_WAY_MS if has_final(call) else None


def timers_ms(call: LiveCall, now_ms: int, pacing: Pacing, *, asked: bool) -> list[int]:
    """When to look at the call again though nothing came; `asked` says that a summary of it is being written."""
    refresh = refresh_ms(call, pacing)
    if refresh is not None and asked:
        refresh = max(refresh, now_ms + _WATCH_MS)
    return [at for at in (refresh, ends_ms(call, pacing)) if at is not None]
