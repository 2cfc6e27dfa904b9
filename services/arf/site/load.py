"""Drives many live calls at once and measures how soon each segment is summarised."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from arf.site.live_caller import Sent, Stream, send
from arf.site.live_replay import Arrival
from arf.v1.live_pb2 import EndCall, EndReason, Segment, StartCall, UpdateKind
from arf.v1.summarizer_service_pb2 import StreamCallRequest
from arf.v1.transcript_pb2 import Call


@dataclass(frozen=True, slots=True)
class Load:
    """Calls at once, for how many seconds each, and how often somebody says something in each."""

    calls: int
    seconds: float
    every_s: float = 5.0
    seed: int = 0


@dataclass
class LoadReport:
    """What came of a load. Times are in seconds, each from when a final segment was due to be sent."""

    calls: int
    segments: int
    lost: int = 0
    """Calls without a final summary."""
    doubled: int = 0
    """Calls with several, or with a revision twice."""
    updates: int = 0
    reconnected: int = 0
    failed: list[str] = field(default_factory=list)
    to_update_s: list[float] = field(default_factory=list)
    """Until the first update that covers the segment."""
    to_final_s: list[float] = field(default_factory=list)
    """From when the end was due to the final summary."""


async def drive(
    load: Load, texts: Sequence[Call], stream: Stream, done: Callable[[int], None] = lambda _: None
) -> LoadReport:
    """Runs the load, open loop: what is due is sent whatever has come back. `texts` are calls whose words are said.

    Calls begin spread over `every_s` seconds. `done` is told of each call that ended.
    """
    chance = random.Random(load.seed)
    report = LoadReport(load.calls, 0)

    async def one(number: int) -> None:
        events = _events(f"load-{load.seed}-{number}", texts[number % len(texts)], load)
        report.segments += sum(request.segment.is_final for _, request in events)
        await asyncio.sleep(chance.uniform(0.0, load.every_s))
        watch = _Watch(events, report)
        try:
            sent = await send(watch.call_id, events, stream, watch.changed, corrections_s=0.5)
        except Exception as error:  # noqa: BLE001  # counted, and told at the end
            report.failed.append(f"{type(error).__name__}: {error}")
            report.lost += 1
        else:
            watch.judge(sent)
        done(1)

    await asyncio.gather(*(one(number) for number in range(load.calls)))
    return report


class _Watch:
    """Notes when the updates of one call come."""

    def __init__(self, events: Sequence[Arrival], report: LoadReport) -> None:
        self._begun, self._report = asyncio.get_running_loop().time(), report
        self.call_id = events[0][1].start.call_id
        self._due = [(at_s, request.segment.segment_id) for at_s, request in events if request.segment.is_final]
        self._ends_s = events[-1][0]
        self._covered = self._seen = 0

    def changed(self, sent: Sent) -> None:
        now = asyncio.get_running_loop().time() - self._begun
        for update in sent.updates[self._seen :]:
            upto = next((n for n, (_, id_) in enumerate(self._due, 1) if id_ == update.covered_through), 0)
            self._report.to_update_s += [now - due_s for due_s, _ in self._due[self._covered : upto]]
            self._covered = max(self._covered, upto)
            if update.kind == UpdateKind.UPDATE_KIND_FINAL:
                self._report.to_final_s.append(now - self._ends_s)
        self._seen = len(sent.updates)

    def judge(self, sent: Sent) -> None:
        """Counts what the call has come to."""
        finals = Counter(update.kind for update in sent.updates)[UpdateKind.UPDATE_KIND_FINAL]
        revisions = [update.revision for update in sent.updates]
        self._report.lost += finals == 0
        self._report.doubled += finals > 1 or len(set(revisions)) < len(revisions)
        self._report.updates += len(revisions)
        self._report.reconnected += sent.reconnected


def _events(call_id: str, said: Call, load: Load) -> list[Arrival]:
    """A call of the load's length: each time a partial segment, and the final one half of `every_s` later."""
    texts = [(turn.speaker, turn.text) for turn in said.turns]
    events: list[Arrival] = [(0.0, StreamCallRequest(start=StartCall(call_id=call_id)))]
    for number in range(max(1, round(load.seconds / load.every_s))):
        speaker, text = texts[number % len(texts)]
        at_s = (number + 1) * load.every_s
        for revision, (ahead_s, words) in enumerate(((load.every_s / 2, text[: len(text) // 2]), (0.0, text))):
            segment = Segment(segment_id=f"{number:05d}", revision=revision, speaker=speaker, text=words)
            segment.start_ms, segment.end_ms = round(number * load.every_s * 1000), round((at_s - ahead_s) * 1000)
            segment.is_final = revision == 1
            events.append((at_s - ahead_s, StreamCallRequest(segment=segment)))
    events.append((load.seconds + load.every_s, StreamCallRequest(end=EndCall(reason=EndReason.END_REASON_COMPLETED))))
    for sequence, (_, request) in enumerate(events, 1):
        request.sequence = sequence
    return events
