"""One client's stream of a live call: its events go to the log, and the call's updates come back."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable

from arf.kit.bus.ids import call_key
from arf.kit.errors import InvalidRecord, Unavailable
from arf.summarizer.following import UpdateFeed, Updates
from arf.summarizer.resuming import Resumed
from arf.summarizer.segment_log import Masks, SegmentLog
from arf.v1.live_pb2 import LiveEvent, UpdateKind
from arf.v1.summarizer_service_pb2 import Ack, ResumeCall, StreamCallRequest, StreamCallResponse

Requests = AsyncIterator[StreamCallRequest]
Resume = Callable[[str, ResumeCall], Awaitable[Resumed]]
"""Finds a tenant's call that is to be resumed. Raises NotFound, Corrupt."""


class CallStreams:
    """The streams of a process."""

    def __init__(self, log: SegmentLog, feed: UpdateFeed, resume: Resume, lateness_s: float) -> None:
        """A stream stays open for `lateness_s` seconds after the final summary."""
        self._log, self._feed, self._resume, self._lateness_s = log, feed, resume, lateness_s

    async def run(self, tenant: str, requests: Requests, draining: asyncio.Event) -> AsyncIterator[StreamCallResponse]:
        """The answers to one stream: acknowledgements, and each update once.

        Raises InvalidRecord naming a message that does not belong there; NotFound, Corrupt if the call cannot be
        resumed or was forgotten; Unavailable if the log does not answer or the server is stopping.
        """
        first = await anext(aiter(requests), None)
        if first is None:
            return
        call_id = first.start.call_id or first.resume.call_id
        if not call_id:
            raise InvalidRecord("event", "the first message of a stream starts or resumes its call")
        with self._feed.follow(call_key(tenant, call_id)) as updates:
            known = Resumed((), ended=False, final=False)
            if first.HasField("resume"):
                known = await self._resume(tenant, first.resume)
                for update in known.updates:
                    yield StreamCallResponse(update=update)
            revision = max((update.revision for update in known.updates), default=first.resume.revision)
            stream = _Stream(tenant, call_id, self._log, updates, revision, ended=known.ended)
            closes_s = self._lateness_s if known.final else None
            async for response in stream.responses(first, requests, draining, self._lateness_s, closes_s):
                yield response


class _Stream:
    """One stream after its first message. All that its client is to be told comes by one queue."""

    def __init__(
        self, tenant: str, call_id: str, log: SegmentLog, told: Updates, revision: int, *, ended: bool
    ) -> None:
        """`revision` is that of the newest update that the client has; `ended` whether the call has."""
        self._tenant, self._call_id, self._log, self._told, self._ended = tenant, call_id, log, told, ended
        self._revision, self._segment_id, self._masks = revision, "", Masks()

    async def responses(
        self,
        first: StreamCallRequest,
        requests: Requests,
        draining: asyncio.Event,
        lateness_s: float,
        closes_s: float | None,
    ) -> AsyncIterator[StreamCallResponse]:
        """Acknowledgements and updates as they come, until the lateness after the final one has passed.

        `closes_s` is the time until then, if the final one is out. A client that says no more before the call has ended
        leaves it to others: the stream ends.
        """
        loop = asyncio.get_running_loop()
        tasks = [loop.create_task(self._append_all(first, requests)), loop.create_task(self._stop(draining))]
        closes = None if closes_s is None else loop.time() + closes_s
        try:
            while True:
                async with asyncio.timeout_at(closes):
                    told = await self._told.get()
                if told is None:
                    return
                if isinstance(told, Exception):
                    raise told
                if isinstance(told, Ack):
                    yield StreamCallResponse(ack=told)
                elif told.revision > self._revision:
                    self._revision = told.revision
                    yield StreamCallResponse(update=told)
                    closes = loop.time() + lateness_s if told.kind == UpdateKind.UPDATE_KIND_FINAL else closes
        except TimeoutError:
            return
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _stop(self, draining: asyncio.Event) -> None:
        await draining.wait()
        self._told.put_nowait(Unavailable("this replica is stopping: resume the call on another"))

    async def _append_all(self, first: StreamCallRequest, requests: Requests) -> None:
        try:
            if not first.HasField("resume"):
                await self._append(first)
            async for request in requests:
                if request.HasField("resume") or (request.HasField("start") and request.start.call_id != self._call_id):
                    raise InvalidRecord(
                        "event", "a stream is about one call, which its first message starts or resumes"
                    )
                await self._append(request)
            if not self._ended:
                self._told.put_nowait(None)
        except Exception as error:  # noqa: BLE001  # raised where the answers are made
            self._told.put_nowait(error)

    async def _append(self, request: StreamCallRequest) -> None:
        event = LiveEvent(call_id=self._call_id, tenant=self._tenant)
        if request.HasField("start"):
            event.start.CopyFrom(request.start)
        elif request.HasField("end"):
            event.end.CopyFrom(request.end)
            self._ended = True
        else:
            event.segment.CopyFrom(request.segment)
            self._segment_id = request.segment.segment_id
        await self._log.append(self._masks.mask(event))
        self._told.put_nowait(Ack(sequence=request.sequence, segment_id=self._segment_id))
