"""Callers who send nothing, take nothing, or hold connections: each is given up, and costs little until then."""

from __future__ import annotations

import socket
import threading
import urllib.request
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import grpc
import pytest
from grpc_health.v1 import health_pb2

from arf.kit.server import Service
from arf.v1 import teacher_service_pb2, transcript_pb2
from tests.helpers import raw_calls
from tests.helpers.servers import Running, api
from tests.helpers.tokens import Issuer, bearer

Run = Callable[..., Running]

CODE = grpc.StatusCode
UNARY = "/arf.v1.TeacherService/Summarize"
STREAM = "/arf.v1.TeacherService/StreamSummarize"
CHECK = "/grpc.health.v1.Health/Check"
REQUEST = teacher_service_pb2.SummarizeRequest(
    call=transcript_pb2.Call(id="c1", turns=[transcript_pb2.Turn(text="hello")])
).SerializeToString()


def service(**behaviours: Any) -> Service:
    return Service("teacher", [api("teacher", **behaviours)])


@contextmanager
def silence() -> Iterator[Iterator[bytes]]:
    """Requests of which none comes until the block ends."""
    over = threading.Event()

    def requests() -> Iterator[bytes]:
        over.wait()
        yield from ()

    try:
        yield requests()
    finally:
        over.set()


def answer_without_a_message(target: str, method: str, metadata: Any = ()) -> grpc.RpcError:
    """What a caller without a deadline is told who announces a request and sends none."""
    with grpc.insecure_channel(target) as channel, silence() as requests, pytest.raises(grpc.RpcError) as caught:
        call: Any = channel.stream_unary(method)
        call(requests, metadata=metadata)
    return caught.value


@pytest.mark.parametrize("method", [UNARY, STREAM])
def test_a_call_without_a_token_is_refused_before_its_message_is_there(run: Run, issuer: Issuer, method: str) -> None:
    running = run(service(), jwks_file=issuer.jwks_file)

    assert answer_without_a_message(running.target, method).code() == CODE.UNAUTHENTICATED


@pytest.mark.parametrize("method", [UNARY, STREAM])
def test_a_call_whose_message_does_not_come_ends(run: Run, issuer: Issuer, method: str) -> None:
    running = run(service(), jwks_file=issuer.jwks_file, idle_s=0.2)
    error = answer_without_a_message(running.target, method, bearer(issuer.token("submit")))

    assert error.code() == CODE.DEADLINE_EXCEEDED
    assert error.details() == "the request did not arrive within 0.2 s"


def test_a_call_that_ends_without_a_message_is_invalid(run: Run) -> None:
    running = run(service())
    with grpc.insecure_channel(running.target) as channel, pytest.raises(grpc.RpcError) as caught:
        channel.stream_unary(UNARY)(iter(()), timeout=20)

    assert caught.value.code() == CODE.INVALID_ARGUMENT
    assert caught.value.details() == "request: there is none"


def test_a_stream_that_nobody_reads_ends(run: Run) -> None:
    written: list[int] = []
    ended = threading.Event()

    async def without_end(request: Any, context: Any) -> AsyncIterator[Any]:
        try:
            while True:
                yield teacher_service_pb2.StreamSummarizeResponse(delta="x" * 50_000)
                written.append(50_000)
        finally:
            ended.set()

    running = run(service(StreamSummarize=without_end), idle_s=0.3)
    small_window = [("grpc.http2.lookahead_bytes", 65_535), ("grpc.http2.bdp_probe", 0)]
    with grpc.insecure_channel(running.target, options=small_window) as channel:
        unread = raw_calls.answers(channel, STREAM)(REQUEST)
        assert ended.wait(60)
        assert unread.is_active()  # what it was sent is still on its way

    assert sum(written) < 1_000_000
    labels = {"method": "TeacherService/StreamSummarize", "code": "DEADLINE_EXCEEDED"}
    assert running.count("arf_teacher_requests_total", **labels) == 1


def connected(closing: ExitStack, port: int | None) -> socket.socket:
    made = closing.enter_context(socket.create_connection(("127.0.0.1", port or 0)))
    made.settimeout(60)
    return made


def closed(made: socket.socket) -> bool:
    """Whether the server closes it; waits for that, past what gRPC says first."""
    try:
        while made.recv(4096):
            pass
    except ConnectionResetError:
        pass
    except TimeoutError:
        return False
    return True


def test_connections_that_say_nothing_are_closed_on_every_port(run: Run) -> None:
    running = run(service(), idle_s=0.1)
    ports = running.ports
    with ExitStack() as closing:
        idle = [connected(closing, port) for port in (ports.api, ports.health, ports.metrics)]

        assert all(closed(each) for each in idle)


def test_connections_beyond_the_most_are_closed_and_calls_go_on(run: Run) -> None:
    running = run(service(), max_connections=8)
    with grpc.insecure_channel(running.target) as channel, ExitStack() as closing:
        raw_calls.unary(channel, UNARY)(REQUEST, timeout=20)
        many = [connected(closing, running.ports.api) for _ in range(30)]
        for each in many[10:]:
            assert closed(each)

        raw_calls.unary(channel, UNARY)(REQUEST, timeout=20)


def test_connections_to_the_metrics_are_few_and_take_no_thread_each(run: Run) -> None:
    running = run(service(), idle_s=0.3)
    with ExitStack() as closing:
        threads = threading.active_count()
        many = [connected(closing, running.ports.metrics) for _ in range(100)]
        for each in many[64:]:
            assert closed(each)

        assert threading.active_count() == threads
        assert all(closed(each) for each in many)
    with urllib.request.urlopen(f"http://localhost:{running.ports.metrics}/metrics") as page:
        assert b"arf_teacher_requests_total" in page.read()


def test_a_probes_request_is_small(run: Run) -> None:
    running = run(service())
    request = health_pb2.HealthCheckRequest(service="x" * 5000).SerializeToString()
    with grpc.insecure_channel(f"localhost:{running.ports.health}") as channel, pytest.raises(grpc.RpcError) as caught:
        raw_calls.unary(channel, CHECK)(request, timeout=20)

    assert caught.value.code() == CODE.RESOURCE_EXHAUSTED


def test_a_probe_without_a_message_ends_with_its_connection(run: Run) -> None:
    running = run(service(), idle_s=0.1)

    assert answer_without_a_message(f"localhost:{running.ports.health}", CHECK).code() == CODE.UNAVAILABLE
