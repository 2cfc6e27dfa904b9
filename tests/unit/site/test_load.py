"""The load driver against streams that answer as told."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

from arf.corpus.generator import generate
from arf.site.live_caller import Responses, Stream
from arf.site.load import Load, drive
from arf.v1.live_pb2 import SummaryUpdate, UpdateKind
from arf.v1.summarizer_service_pb2 import Ack, StreamCallRequest, StreamCallResponse

LOAD = Load(calls=3, seconds=0.4, every_s=0.1)
FINAL = UpdateKind.UPDATE_KIND_FINAL


def answering(delay_s: float, finals: int) -> Stream:
    """A stream that acknowledges everything, and gives its updates so much later."""

    async def stream(requests: AsyncIterator[StreamCallRequest]) -> Responses:
        revision, covered = 0, ""
        async for request in requests:
            yield StreamCallResponse(ack=Ack(sequence=request.sequence))
            if request.segment.is_final or request.HasField("end"):
                covered = request.segment.segment_id or covered
                kind = FINAL if request.HasField("end") else UpdateKind.UPDATE_KIND_PARTIAL
                await asyncio.sleep(delay_s)
                for _ in range(finals if kind == FINAL else 1):
                    revision += 1
                    yield StreamCallResponse(
                        update=SummaryUpdate(kind=kind, revision=revision, covered_through=covered)
                    )

    return stream


def test_each_segment_is_timed_from_when_it_was_due_to_its_update() -> None:
    report = asyncio.run(drive(LOAD, list(generate(2, 1)), answering(0.05, 1)))
    assert (report.segments, len(report.to_update_s), len(report.to_final_s)) == (12, 12, 3)
    assert (report.lost, report.doubled, report.updates) == (0, 0, 15)
    assert 0.05 <= min(report.to_update_s) < 0.5


def test_a_call_without_a_final_summary_is_lost_and_one_with_two_is_doubled() -> None:
    assert asyncio.run(drive(LOAD, list(generate(2, 1)), answering(0.0, 0))).lost == 3
    assert asyncio.run(drive(LOAD, list(generate(2, 1)), answering(0.0, 2))).doubled == 3
