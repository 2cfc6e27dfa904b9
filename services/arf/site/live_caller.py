"""Sends live calls to the summarizer and follows their summaries, over gRPC or straight over the bus."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field, replace

from arf.kit.bus.port import Bus
from arf.kit.environment import Variables
from arf.kit.errors import ArfError, Code, Unavailable
from arf.kit.server.asking import PeerError, answering
from arf.kit.server.channel import Peer, PeerChannel
from arf.kit.server.peer_settings import PeerSettings
from arf.kit.threads import Threads
from arf.privacy.sealed_records import Seals
from arf.site.live_replay import Arrival
from arf.summarizer.following import UpdateFeed
from arf.summarizer.resuming import Resumed, resume
from arf.summarizer.segment_log import SegmentLog
from arf.summarizer.streaming import CallStreams
from arf.v1.live_pb2 import SummaryUpdate, UpdateKind
from arf.v1.summarizer_service_pb2 import ResumeCall, StreamCallRequest, StreamCallResponse
from arf.v1.summarizer_service_pb2_grpc import SummarizerServiceStub

Responses = AsyncIterator[StreamCallResponse]
Stream = Callable[[AsyncIterator[StreamCallRequest]], Responses]
"""Opens a stream. It raises Unavailable where another one may be tried, and other ArfErrors."""

_DEADLINE_S = 4 * 3600.0
_PATIENCE_S, _PAUSE_S, _LONGEST_PAUSE_S = 60.0, 0.25, 4.0


@dataclass(slots=True)
class Sent:
    """How far one call is: what is acknowledged, and its updates."""

    call_id: str
    total: int
    acknowledged: int = 0
    segment_id: str = ""
    updates: list[SummaryUpdate] = field(default_factory=list)
    reconnected: int = 0

    @property
    def finished(self) -> bool:
        """Whether all is acknowledged and the final summary is there."""
        final = any(update.kind == UpdateKind.UPDATE_KIND_FINAL for update in self.updates)
        return final and self.acknowledged == self.total


async def send(
    call_id: str,
    events: Sequence[Arrival],
    stream: Stream,
    changed: Callable[[Sent], None],
    *,
    speed: float = 1.0,
    corrections_s: float = 3.0,
    patience_s: float | None = None,
) -> Sent:
    """Sends a call's events, each at its time divided by `speed`, and follows it to its final summary.

    It waits `corrections_s` seconds more for corrections. Where a stream breaks off it takes the call up on another.
    Raises Unavailable if none can be had for `patience_s` seconds, a minute if not given.
    """
    loop = asyncio.get_running_loop()
    sent, begun = Sent(call_id, len(events)), loop.time()
    patience_s, broken = _PATIENCE_S if patience_s is None else patience_s, 0
    patient_until = begun + patience_s
    while True:
        try:
            async with asyncio.timeout(None) as ending, aclosing(stream(_requests(sent, events, begun, speed))) as told:  # type: ignore[type-var]
                async for response in told:
                    patient_until, broken = loop.time() + patience_s, 0
                    _take(sent, response)
                    changed(sent)
                    if sent.finished:
                        ending.reschedule(loop.time() + corrections_s)
            return sent
        except TimeoutError:
            return sent
        except Unavailable:
            if loop.time() > patient_until:
                raise
            sent.reconnected += 1
            broken += 1
            await asyncio.sleep(min(_PAUSE_S * 2.0**broken, _LONGEST_PAUSE_S) * random.uniform(0.3, 1.0))


async def _requests(
    sent: Sent, events: Sequence[Arrival], begun: float, speed: float
) -> AsyncIterator[StreamCallRequest]:
    """What is not acknowledged yet, after the request to resume the call if some is."""
    if sent.acknowledged:
        revision = sent.updates[-1].revision if sent.updates else 0
        yield StreamCallRequest(
            resume=ResumeCall(call_id=sent.call_id, acknowledged_segment_id=sent.segment_id, revision=revision)
        )
    for at_s, request in events[sent.acknowledged :]:
        await asyncio.sleep(begun + at_s / speed - asyncio.get_running_loop().time())
        yield request


def _take(sent: Sent, response: StreamCallResponse) -> None:
    if response.HasField("ack"):
        sent.acknowledged, sent.segment_id = response.ack.sequence, response.ack.segment_id or sent.segment_id
    elif response.HasField("update"):
        sent.updates.append(response.update)


def summarizer_peer(variables: Variables | None = None) -> Peer:
    """The summarizer's API by `ARF_SUMMARIZER_ADDRESS`, `_CA`, `_TOKEN` and so on. Raises InvalidRecord."""
    settings = PeerSettings.of("ARF_SUMMARIZER_", "localhost:50055", variables)
    return replace(settings.peer(), token=settings.token)


def over_grpc(channel: PeerChannel, target: str) -> Stream:
    """Streams of the summarizer's API at `target`."""
    stub = SummarizerServiceStub(channel)

    async def stream(requests: AsyncIterator[StreamCallRequest]) -> Responses:
        try:
            with answering(target):
                call = stub.StreamCall(requests, timeout=_DEADLINE_S)
                try:
                    async for response in call:
                        yield response
                finally:
                    call.cancel()
        except ArfError as error:
            # The call's own fault; else the server is away or busy, or gRPC fails because it was killed: INTERNAL.
            if isinstance(error, PeerError) and error.code is not Code.RESOURCE_EXHAUSTED:
                raise
            raise Unavailable(error.message) from None

    return stream


def over_bus(bus: Bus, seals: Seals, runner: Threads, tenant: str) -> Stream:
    """Streams that append to the log and follow it without a server between."""
    log, feed, never = SegmentLog(bus, seals, runner), UpdateFeed(bus, seals, runner), asyncio.Event()

    async def resumed(tenant: str, asked: ResumeCall) -> Resumed:
        return await runner.run(resume, bus, seals, tenant, asked)

    streams = CallStreams(log, feed, resumed, _DEADLINE_S)
    return lambda requests: streams.run(tenant, requests, never)
