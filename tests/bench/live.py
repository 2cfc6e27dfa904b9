"""Suite `live`: many live calls at once against a simulated engine, on one summarizer process and the SQLite bus.

Open loop, counted from when a final segment was due. The engine answers after a stated time, and refreshes follow each
segment at once, so what is left of a time when the engine's is taken off is the platform's own, the client's share of
the cores included. Then a process takes all partitions over from the log: the cost of a takeover with calls of 30
minutes open. Meant for a machine that does nothing else; ends within ten minutes on two cores.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any
from unittest import mock

from rich.console import Console

from arf.backbone import open_backbone
from arf.cli.loadtest import figures
from arf.corpus.generator import generate
from arf.flow import LIVE_CALLS, SEGMENTS
from arf.kit.bus.ids import call_key
from arf.kit.bus.kinds.keyed_state import KeyState, States
from arf.kit.bus.port import Message
from arf.kit.server.channel import Peer, PeerChannel
from arf.privacy.sealed_records import opened, sealed_for_call
from arf.site.live_caller import over_grpc
from arf.site.load import Load, LoadReport, drive
from arf.summarizer.segment_log import live_message
from arf.v1.live_pb2 import LiveCall, LiveCallState, LiveEvent, LivePhase, Segment
from tests.bench.measures import machine
from tests.bench.proxy_site import Process, Site, service, site

_EVERY_S = 5.0
_SEGMENTS_OF_30_MINUTES = 360


def main(options: Sequence[str]) -> dict[str, Any]:
    """Measures, prints and returns the report."""
    parser = argparse.ArgumentParser(prog="make bench SUITE=live", description=__doc__)
    parser.add_argument("--calls", type=int, default=1_000)
    parser.add_argument("--seconds", type=float, default=60.0, help="how long each call lasts")
    parser.add_argument("--engine-ms", type=float, default=500.0)
    parser.add_argument("--open", type=int, default=1_000, help="calls of 30 minutes that are taken over; 0 for none")
    given = parser.parse_args(options)
    console, on = Console(), machine(1, ("grpcio", "protobuf"))
    with tempfile.TemporaryDirectory(prefix="arf-bench-") as folder, site(Path(folder), 0.02) as here:
        told = _driven(here, given)
        with mock.patch.dict(os.environ, here.environment()):
            takeover = _takeover(given.open) if given.open else {}
    engine_ms = given.engine_ms
    net = {name: value - engine_ms for name, value in told["to_update_ms"].items()}
    summary = (
        f"{given.calls} calls at once, engine {engine_ms:.0f} ms: from a segment to its update net of the engine "
        f"p50 {net['p50']:.0f}, p95 {net['p95']:.0f}, p99 {net['p99']:.0f} ms (aim: p99 under 50); "
        f"lost {told['lost']}, doubled {told['doubled']}; {told['kb_per_call']:.0f} kB a call"
    )
    if takeover:
        summary += (
            f"; {given.open} open calls of 30 minutes are {takeover['megabytes']:.0f} MB of changelog, "
            f"read in {takeover['seconds']:.1f} s; their segments are {takeover['segments_megabytes']:.0f} MB, "
            f"read again in {takeover['segments_seconds']:.0f} s"
        )
    console.print(summary, highlight=False, soft_wrap=True)
    return {"machine": on, "options": dict(vars(given)), **told, "takeover": takeover, "summary": summary}


def _driven(here: Site, given: argparse.Namespace) -> dict[str, Any]:
    own = {
        "ARF_JWKS_FILE": "",
        "ARF_SUMMARIZER_MODEL": f"simulated:{given.engine_ms:g}",
        "ARF_SUMMARIZER_BATCH": "256",
        "ARF_SUMMARIZER_SETTLE": "0",
        "ARF_SUMMARIZER_EVERY": "0",
        "ARF_SUMMARIZER_CONCURRENCY": str(given.calls),
        "ARF_SUMMARIZER_MAX_STREAMS": str(2 * given.calls),
        "ARF_SUMMARIZER_MAX_STREAMS_PER_TENANT": str(2 * given.calls),
    }
    with service(here, "summarizer", "all", **own) as process:
        before = process.process.memory_info().rss
        begun = time.monotonic()
        report, most = asyncio.run(_load(process, given))
        told = figures(report, time.monotonic() - begun)
    return told | {"kb_per_call": (most - before) / 1024 / given.calls, "failed": report.failed[:3]}


async def _load(process: Process, given: argparse.Namespace) -> tuple[LoadReport, int]:
    most = 0

    async def watch() -> None:
        nonlocal most
        while True:
            most = max(most, process.process.memory_info().rss)
            await asyncio.sleep(1.0)

    watching = asyncio.create_task(watch())
    async with PeerChannel(Peer(process.target)) as channel:
        load = Load(given.calls, given.seconds, _EVERY_S)
        report = await drive(load, list(generate(50, 1)), over_grpc(channel, process.target))
    watching.cancel()
    return report, most


def _takeover(count: int) -> dict[str, float]:
    """What an heir reads, the newest state of each call, and the time until all of them are in memory.

    Beside it the other way: reading the segments of all calls again, measured on a twentieth of them.
    """
    backbone = open_backbone()
    try:
        words = [turn.text for call in generate(50, 1) for turn in call.turns]
        size = 0
        for number in range(count):
            state = LiveCall(begun_ms=1)
            for segment in _segments(words, number):
                state.segments[segment.segment_id].CopyFrom(segment)
            call = sealed_for_call(backbone.sealer, "bench", f"open-{number}", state)
            value = LiveCallState(phase=LivePhase.LIVE_PHASE_OPEN, call=call).SerializeToString()
            kept = KeyState(1, "e", value, (), {}, {}).to_bytes()
            size += len(kept)
            backbone.bus.publish([Message(LIVE_CALLS, call_key("bench", f"open-{number}"), kept, {})])
        states, begun = States(backbone.bus, LIVE_CALLS), time.monotonic()
        for partition in range(backbone.bus.partitions(LIVE_CALLS)):
            states.restore(partition)
        found = {"megabytes": size / 1e6, "seconds": time.monotonic() - begun}
        share = max(1, count // 20)
        for number in range(share):
            # Each comes as a partial segment and as a final one.
            events = [
                LiveEvent(tenant="bench", call_id=f"read-{number}", segment=segment)
                for segment in _segments(words, number)
                for _ in range(2)
            ]
            backbone.bus.publish([live_message(event, backbone.sealer) for event in events])
        begun, read_bytes = time.monotonic(), 0
        for record in backbone.bus.read(SEGMENTS):
            if record.key.startswith("bench/read-"):
                read_bytes += len(record.value)
                opened(backbone.sealer, record, LiveEvent)
        scale = count / share
        seconds = scale * (time.monotonic() - begun)
        return found | {"segments_megabytes": scale * read_bytes / 1e6, "segments_seconds": seconds}
    finally:
        backbone.close()


def _segments(words: Sequence[str], number: int) -> Iterator[Segment]:
    """The final segments of a call of 30 minutes."""
    for at in range(_SEGMENTS_OF_30_MINUTES):
        text = words[(number + at) % len(words)]
        times = at * 5_000, at * 5_000 + 4_000
        yield Segment(segment_id=f"{at:05d}", text=text, start_ms=times[0], end_ms=times[1], is_final=True)
