"""Servicers that read in tasks of their own, tenants that crowd each other, and what the log says of all that."""

from __future__ import annotations

import asyncio
import io
import json
import logging
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

import grpc
import pytest
import structlog

from arf.kit import logs
from arf.kit.server import Service, request_context
from arf.v1 import live_pb2, summarizer_service_pb2, teacher_service_pb2, transcript_pb2
from tests.helpers import raw_calls
from tests.helpers.servers import Running, api
from tests.helpers.tokens import Issuer, bearer

CODE = grpc.StatusCode
Run = Callable[..., Running]

SUMMARIZE = "/arf.v1.TeacherService/Summarize"
LIVE = "/arf.v1.SummarizerService/StreamCall"
TEXT = "my card is 4111 1111 1111 1111"


def call(text: str = "hello", call_id: str = "c1") -> bytes:
    turns = [transcript_pb2.Turn(text=text)]
    return teacher_service_pb2.SummarizeRequest(call=transcript_pb2.Call(id=call_id, turns=turns)).SerializeToString()


def segment(segment_id: str = "s1") -> bytes:
    event = live_pb2.Segment(segment_id=segment_id, text=TEXT)
    return summarizer_service_pb2.StreamCallRequest(segment=event).SerializeToString()


async def follow(requests: AsyncIterator[Any], context: Any) -> AsyncIterator[Any]:
    """Reads in a task of its own, whose errors it swallows, while it waits for what never comes."""

    async def read() -> None:
        try:
            async for _ in requests:
                pass
        except Exception:  # noqa: BLE001  # the mistake that this test is about
            return

    reader = asyncio.create_task(read())
    yield summarizer_service_pb2.StreamCallResponse(ack=summarizer_service_pb2.Ack(sequence=1))
    await asyncio.Event().wait()
    reader.cancel()


def test_a_bad_message_ends_a_stream_that_is_read_in_another_task_and_swallows_its_errors(run: Run) -> None:
    running = run(Service("summarizer", [api("summarizer", StreamCall=follow)]))
    with grpc.insecure_channel(running.target) as channel, pytest.raises(grpc.RpcError) as caught:
        list(raw_calls.stream(channel, LIVE)(iter([segment(), segment("not an id")]), timeout=60))

    assert caught.value.code() == CODE.INVALID_ARGUMENT
    assert "segment.segment_id" in caught.value.details()


@pytest.mark.parametrize("size", [10, 1_000_000])
def test_a_caller_that_goes_away_is_cancelled_and_nothing_is_internal(run: Run, size: int) -> None:
    async def talk(request: Any, context: Any) -> AsyncIterator[Any]:
        while True:
            yield teacher_service_pb2.StreamSummarizeResponse(delta="x" * size)

    running = run(Service("teacher", [api("teacher", StreamSummarize=talk)]))
    label = "TeacherService/StreamSummarize"
    with grpc.insecure_channel(running.target) as channel:
        for _ in range(10):
            stream = raw_calls.answers(channel, "/arf.v1.TeacherService/StreamSummarize")(call(), timeout=60)
            next(stream)
            stream.cancel()
    while running.count("arf_teacher_requests_in_flight", method=label):
        time.sleep(0.01)

    assert running.count("arf_teacher_requests_total", method=label, code="CANCELLED") == 10


def test_a_long_stream_is_told_when_the_server_drains(run: Run, loop: Any) -> None:
    async def patient(requests: AsyncIterator[Any], context: Any) -> AsyncIterator[Any]:
        yield summarizer_service_pb2.StreamCallResponse()
        await request_context().draining.wait()
        yield summarizer_service_pb2.StreamCallResponse(ack=summarizer_service_pb2.Ack(sequence=7))

    running = run(Service("summarizer", [api("summarizer", StreamCall=patient)]), grace_s=60)
    with grpc.insecure_channel(running.target) as channel:
        stream = raw_calls.stream(channel, LIVE)(iter([]), timeout=60)
        next(stream)
        drained = threading.Thread(target=running.drain)
        drained.start()
        last = summarizer_service_pb2.StreamCallResponse.FromString(next(stream))
        drained.join()

    assert last.ack.sequence == 7


def test_a_stream_ends_when_its_token_expires(run: Run, issuer: Issuer) -> None:
    async def talk(request: Any, context: Any) -> AsyncIterator[Any]:
        yield teacher_service_pb2.StreamSummarizeResponse(delta="one")
        await asyncio.Event().wait()

    running = run(Service("teacher", [api("teacher", StreamSummarize=talk)]), jwks_file=issuer.jwks_file)
    token = bearer(issuer.token("submit", expires_in=-2))  # of five seconds that clocks may differ by, three are left
    with grpc.insecure_channel(running.target) as channel:
        stream = raw_calls.answers(channel, "/arf.v1.TeacherService/StreamSummarize")(call(), 60, token)
        assert next(stream)
        with pytest.raises(grpc.RpcError) as caught:
            next(stream)

    assert caught.value.code() == CODE.UNAUTHENTICATED
    assert "expired while the stream was open" in caught.value.details()


def test_a_tenants_full_queue_is_its_own_affair(run: Run, issuer: Issuer) -> None:
    go = threading.Event()
    busy = threading.Semaphore(0)

    async def wait(request: Any, context: Any) -> Any:
        busy.release()
        while not go.is_set():
            await asyncio.sleep(0.01)
        return teacher_service_pb2.SummarizeResponse()

    running = run(
        Service("teacher", [api("teacher", Summarize=wait)]),
        jwks_file=issuer.jwks_file,
        max_in_flight=1,
        max_queued_per_tenant=1,
    )
    acme, globex = (bearer(issuer.token("submit", tenant=tenant)) for tenant in ("acme", "globex"))
    with grpc.insecure_channel(running.target) as channel:
        method = raw_calls.unary(channel, SUMMARIZE)
        first = method.future(call(), 60, acme)
        busy.acquire()
        second = method.future(call(), 60, acme)
        while running.count("arf_teacher_requests_queued", lane="unary") < 1:
            time.sleep(0.01)
        with pytest.raises(grpc.RpcError) as caught:
            method(call(), 60, acme)
        other = method.future(call(), 60, globex)
        go.set()

        assert caught.value.code() == CODE.RESOURCE_EXHAUSTED
        assert "tenant acme has 1 requests running and 1 waiting" in caught.value.details()
        assert raw_calls.trailer(caught.value)["grpc-retry-pushback-ms"] == "1000"
        assert [answer.code() for answer in (first, second, other)] == [CODE.OK] * 3


@pytest.fixture
def out() -> Iterator[io.StringIO]:
    root, ours = logging.getLogger(), logging.getLogger("arf")
    before = root.handlers[:], root.level, ours.level, structlog.get_config()
    stream = io.StringIO()
    logs.configure("teacher", "DEBUG", stream)
    yield stream
    root.handlers[:], root.level, ours.level = before[0], before[1], before[2]
    structlog.configure(**before[3])


@pytest.mark.parametrize("fault", ["servicer", "library", "task", "utf8", "rule", "size"])
def test_text_of_a_failing_call_is_never_in_the_log(run: Run, out: io.StringIO, fault: str) -> None:
    async def summarize(request: Any, context: Any) -> Any:
        text = request.call.turns[0].text
        if fault == "library":
            logging.getLogger("openai").error(f"bad request: {text}")
        if fault == "task":
            asyncio.get_running_loop().call_exception_handler(
                {"message": f"lost {text}", "exception": ValueError(text)}
            )
        try:
            raise KeyError(text)
        except KeyError as error:
            raise ValueError(f"cannot summarise {text}") from error

    running = run(Service("teacher", [api("teacher", Summarize=summarize)]), max_message_bytes=4096)
    data = {
        "utf8": call(TEXT + "12345678").replace(b"12345678", b"1234\xff678"),
        "rule": call(TEXT, call_id=TEXT),
        "size": call(TEXT * 200),
    }.get(fault, call(TEXT))
    trace = (("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"),)
    with grpc.insecure_channel(running.target) as channel, pytest.raises(grpc.RpcError) as caught:
        raw_calls.unary(channel, SUMMARIZE)(data, 60, trace)
    lines = [json.loads(line) for line in out.getvalue().splitlines()]
    rpc = next(line for line in lines if line["event"] == "rpc")

    assert rpc["code"] == caught.value.code().name
    assert rpc["trace_id"] == "0af7651916cd43dd8448eb211c80319c"
    assert "4111 1111" not in out.getvalue()
    assert "card" not in out.getvalue()
    assert "4111 1111" not in str(caught.value)
    if fault in ("servicer", "library", "task"):
        unexpected = next(line for line in lines if line["event"] == "unexpected exception")
        assert rpc["call_id"] == "c1"
        assert (unexpected["error"], unexpected["caused_by"]) == ("ValueError", "KeyError")
        assert unexpected["error_id"] == rpc["error_id"]
        assert rpc["error_id"] in caught.value.details()
