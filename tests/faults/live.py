"""`make faults` for live calls: clients stream calls while summarizers, the broker and the engine die.

    python -m tests.faults.live [--calls 200] [--seed 7] [--keep DIR]

Two replicas answer and work; each client resumes on the other when its stream breaks. The last line counts. Exit status
1 if a call lacks its one final summary or has another text than its ordered transcript gives, or if a client missed an
update; then the folder with all logs is kept.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import shutil
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from unittest import mock

from arf.corpus.generator import generate
from arf.flow import LIVE
from arf.inference.profile import ModelProfile
from arf.kit.server.channel import Peer, PeerChannel
from arf.privacy.sealed_records import opened
from arf.site import site as sites
from arf.site.live_caller import Responses, Sent, Stream, over_grpc, send
from arf.site.live_replay import Arrival, Disturbance, arrivals
from arf.summarising.shown import show
from arf.summarizer.segments import transcript
from arf.tasks.registry import load
from arf.v1.live_pb2 import Segment, SummaryUpdate, UpdateKind
from arf.v1.summarizer_service_pb2 import StreamCallRequest
from arf.v1.transcript_pb2 import Call
from tests.faults.site import TENANT, Say, Site
from tests.faults.upstream import mark
from tests.helpers import kafka_broker

WORKERS = ("summarizer-1", "summarizer-2")
DISTURBANCE = Disturbance(jitter_s=1.0, reorder=0.05, duplicates=0.05)
_TASK, _PROFILE = load("customer_service"), ModelProfile()


@dataclass
class Outcome:
    """What came of the run."""

    calls: int
    finals: int = 0
    corrections: int = 0
    kills: int = 0
    reconnected: int = 0
    wrong: list[str] = field(default_factory=list)
    slowest_s: float = 0.0

    def summary(self, seed: int, seconds: float, away_s: float) -> str:
        """The line of counts."""
        counts = Counter(line.partition(":")[0] for line in self.wrong)
        found = ", ".join(f"{name} {counts[name]}" for name in ("lost", "doubled", "wrong", "missed"))
        return (
            f"faults live: {self.calls} calls, seed {seed}: {self.kills} kills, broker restarts 1 (kill -9), "
            f"engine away {away_s:.1f} s; finals {self.finals}, corrections {self.corrections}; {found}; "
            f"{self.reconnected} streams resumed, slowest final {self.slowest_s:.1f} s after its call; {seconds:.0f} s"
        )


class Clients:
    """The clients: all calls at once, begun over some time."""

    def __init__(self, calls: Sequence[Call], seed: int, streams: Sequence[Stream], over_s: float) -> None:
        self._rng = Random(f"clients:{seed}")
        disturbance = Disturbance(DISTURBANCE.jitter_s, DISTURBANCE.reorder, DISTURBANCE.duplicates, seed=seed)
        self.events = {call.id: arrivals(call, disturbance) for call in calls}
        self._streams, self._over_s, self._opened = streams, over_s, 0
        self._told: dict[str, float] = {}
        self.waited_s: dict[str, float] = {}

    async def run(self) -> list[Sent]:
        """Sends everything; returns when each call has its final summary."""
        return await asyncio.gather(*(self._one(call_id, events) for call_id, events in self.events.items()))

    async def _one(self, call_id: str, events: Sequence[Arrival]) -> Sent:
        await asyncio.sleep(self._rng.uniform(0.0, self._over_s))
        return await send(call_id, events, self._stream, self._changed, corrections_s=8.0, patience_s=180.0)

    def _stream(self, requests: AsyncIterator[StreamCallRequest]) -> Responses:
        self._opened += 1
        return self._streams[self._opened % len(self._streams)](requests)

    def _changed(self, sent: Sent) -> None:
        if sent.acknowledged == sent.total:
            self._told.setdefault(sent.call_id, time.monotonic())
        if sent.finished:
            self.waited_s.setdefault(sent.call_id, time.monotonic() - self._told[sent.call_id])


async def run(calls: int, seed: int, folder: Path, say: Say, *, away_s: float = 10.0, over_s: float = 60.0) -> Outcome:
    """Runs it all in a folder, in which a site is made."""
    rng, outcome = Random(f"live:{seed}"), Outcome(calls)
    site = Site(folder, WORKERS, answer_s=0.5, apis=True)
    given = list(generate(calls, seed))
    try:
        await site.start((), say)
        async with (
            PeerChannel(Peer(site.address(WORKERS[0]))) as first,
            PeerChannel(Peer(site.address(WORKERS[1]))) as second,
        ):
            streams = [
                over_grpc(channel, site.address(name)) for channel, name in zip((first, second), WORKERS, strict=True)
            ]
            clients = Clients(given, seed, streams, over_s)
            sending = asyncio.create_task(clients.run())
            await _faults(site, rng, outcome, say, over_s, away_s)
            sent = await sending
        outcome.slowest_s = max(clients.waited_s.values())
        await site.stop()
        outcome.reconnected = sum(one.reconnected for one in sent)
        with sites.entered(site.data) as backbone:
            told: dict[str, list[SummaryUpdate]] = defaultdict(list)
            for record in backbone.bus.read(LIVE):
                update = opened(backbone.sealer, record, SummaryUpdate)
                told[update.call_id].append(update)
        for one in sent:
            _judge(outcome, one, told[one.call_id], clients.events[one.call_id])
        return outcome
    finally:
        await site.end()


async def _faults(site: Site, rng: Random, outcome: Outcome, say: Say, over_s: float, away_s: float) -> None:
    """Kills replicas in turn; the broker dies once, and the engine is away once."""
    kills = [rng.uniform(0.1, 1.2) * over_s for _ in range(max(2, round(over_s / 8)))]
    acts = sorted([*((at, "kill") for at in kills), (0.35 * over_s, "broker"), (0.7 * over_s, "engine")])
    begun = time.monotonic()
    for at_s, act in acts:
        await asyncio.sleep(max(0.0, at_s - (time.monotonic() - begun)))
        if act == "kill":
            worker = WORKERS[outcome.kills % len(WORKERS)]
            say(f"  {time.monotonic() - begun:.0f} s: kill -9 {worker}")
            await site.kill(worker)
            outcome.kills += 1
        elif act == "broker":
            say(f"  {time.monotonic() - begun:.0f} s: kill -9 the broker, start it again")
            await site.end_broker(hard=True)
            await site.start_broker()
        else:
            say(f"  {time.monotonic() - begun:.0f} s: the engine is away for {away_s:.0f} s")
            site.kill_upstream()
            await asyncio.sleep(away_s)
            await site.start_upstream()


def _judge(outcome: Outcome, sent: Sent, told: Sequence[SummaryUpdate], events: Sequence[Arrival]) -> None:
    """Compares what the log has of a call, and what its client was told, with what was said."""
    kinds = Counter(update.kind for update in told)
    outcome.finals += kinds[UpdateKind.UPDATE_KIND_FINAL]
    outcome.corrections += kinds[UpdateKind.UPDATE_KIND_CORRECTION]
    if not kinds[UpdateKind.UPDATE_KIND_FINAL]:
        outcome.wrong.append(f"lost: {sent.call_id} has no final summary")
        return
    if kinds[UpdateKind.UPDATE_KIND_FINAL] > 1 or [u.revision for u in told] != list(range(1, len(told) + 1)):
        outcome.wrong.append(f"doubled: {sent.call_id} has revisions {[u.revision for u in told]}")
    if mark(_prompt(sent.call_id, events)) not in told[-1].text:
        outcome.wrong.append(f"wrong: {sent.call_id} ends with the summary of something else")
    # A correction may come after the client has left.
    if sent.updates != list(told)[: len(sent.updates)]:
        outcome.wrong.append(f"missed: {sent.call_id}: its client knows {[u.revision for u in sent.updates]}")


def _prompt(call_id: str, events: Sequence[Arrival]) -> str:
    """What the engine is to be asked about the call at its end."""
    newest: dict[str, Segment] = {}
    for _, request in events:
        if request.segment.is_final:
            newest[request.segment.segment_id] = request.segment
    start = next(request.start for _, request in events if request.HasField("start"))
    call = transcript(TENANT, call_id, start, newest.values())
    messages = _TASK.student_prompt(show(call, redaction=True).call, _PROFILE).messages
    return "\n".join(message.content for message in messages)


def main(argv: Sequence[str]) -> int:
    """0 if everything holds, 1 if not, 2 if it cannot be tried here."""
    parser = argparse.ArgumentParser(prog="python -m tests.faults.live", description=__doc__)
    parser.add_argument("--calls", type=int, default=200)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--keep", type=Path, metavar="DIR", help="keep everything in this new folder")
    given = parser.parse_args(argv)
    if reason := kafka_broker.missing():
        sys.stderr.write(f"faults: {reason}. This test runs a real broker: set ARF_KAFKA_HOME to a Kafka 4 folder.\n")
        return 2
    folder = given.keep or Path(tempfile.mkdtemp(prefix="arf-faults-"))
    folder.mkdir(parents=True, exist_ok=True)

    def say(line: str) -> None:
        sys.stdout.write(f"{line}\n")
        sys.stdout.flush()

    begun, away_s = time.monotonic(), 10.0
    with mock.patch.dict(os.environ):
        for name in [name for name in os.environ if name.startswith("ARF_") and name != "ARF_KAFKA_HOME"]:
            del os.environ[name]
        outcome = asyncio.run(run(given.calls, given.seed, folder, say, away_s=away_s))
    for line in outcome.wrong[:40]:
        say(line)
    if outcome.wrong or given.keep:
        say(f"everything is kept in {folder}")
    else:
        shutil.rmtree(folder)
    say(outcome.summary(given.seed, time.monotonic() - begun, away_s))
    return 1 if outcome.wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
