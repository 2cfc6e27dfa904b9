"""More calls than a server can answer: those refused are told when to come again, and the others are answered."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import grpc
from google.rpc import error_details_pb2, status_pb2

from arf.kit.server import Service
from arf.v1 import teacher_service_pb2, transcript_pb2
from tests.helpers import raw_calls
from tests.helpers.servers import Running, api

Run = Callable[..., Running]

CODE = grpc.StatusCode
UNARY = "/arf.v1.TeacherService/Summarize"
REQUEST = teacher_service_pb2.SummarizeRequest(
    call=transcript_pb2.Call(id="c1", turns=[transcript_pb2.Turn(text="hello")])
).SerializeToString()
LABELS = {"method": "TeacherService/Summarize", "code": "RESOURCE_EXHAUSTED"}


def hint(error: grpc.RpcError) -> float:
    """Seconds after which the error says that a retry may succeed."""
    trailers = raw_calls.trailer(error)
    (detail,) = status_pb2.Status.FromString(trailers["grpc-status-details-bin"]).details
    retry = error_details_pb2.RetryInfo()
    assert detail.Unpack(retry)
    assert trailers["retry-after"] == str(retry.retry_delay.seconds)
    return float(trailers["retry-after"])


def test_calls_that_a_busy_event_loop_keeps_waiting_are_refused_with_a_hint_and_the_rest_answered(run: Run) -> None:
    async def busy(request: Any, context: Any) -> Any:
        time.sleep(0.005)  # as computing does
        return teacher_service_pb2.SummarizeResponse()

    running = run(Service("teacher", [api("teacher", Summarize=busy)]))
    with grpc.insecure_channel(running.target) as channel:
        method = raw_calls.unary(channel, UNARY)
        calls = [method.future(REQUEST, 60) for _ in range(900)]
        failed: list[Any] = [error for call in calls if (error := call.exception()) is not None]
        counted = running.count("arf_teacher_requests_total", **LABELS)
        while method.future(REQUEST, 60).exception() is not None:  # until it has recovered
            time.sleep(0.01)

    assert 0 < len(failed) < len(calls)
    assert {error.code() for error in failed} == {CODE.RESOURCE_EXHAUSTED}
    assert all(hint(error) == 1 for error in failed)
    assert counted == len(failed)
