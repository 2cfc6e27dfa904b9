"""Spans on their way out: from a real process to a collector that speaks OTLP."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import grpc
import pytest
from opentelemetry.proto.collector.trace.v1 import trace_service_pb2, trace_service_pb2_grpc

from arf.v1 import teacher_service_pb2, teacher_service_pb2_grpc, transcript_pb2
from tests.helpers.service_process import Process

Start = Callable[..., Process]

TEXT = "my card is 4111 1111 1111 1111"
TRACE, PARENT = "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"
CALL = transcript_pb2.Call(id="c1", turns=[transcript_pb2.Turn(text=TEXT)])


class Collector(trace_service_pb2_grpc.TraceServiceServicer):
    """Keeps what is exported to it."""

    def __init__(self) -> None:
        self.requests: list[Any] = []

    def Export(self, request: Any, context: Any) -> Any:  # noqa: N802  # OTLP's name
        self.requests.append(request)
        return trace_service_pb2.ExportTraceServiceResponse()


@pytest.fixture
def collector(monkeypatch: pytest.MonkeyPatch) -> Iterator[Collector]:
    """Listens where OpenTelemetry's own variable says."""
    collector = Collector()
    server = grpc.server(ThreadPoolExecutor(1))
    trace_service_pb2_grpc.add_TraceServiceServicer_to_server(collector, server)
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", f"http://localhost:{server.add_insecure_port('localhost:0')}")
    server.start()
    yield collector
    server.stop(None).wait()


def summarize(process: Process, flags: str) -> None:
    """One call that the process answers, within a trace of its caller's."""
    (process.folder / "go").touch()
    with grpc.insecure_channel(f"localhost:{process.port('api')}") as channel:
        teacher_service_pb2_grpc.TeacherServiceStub(channel).Summarize(
            teacher_service_pb2.SummarizeRequest(call=CALL),
            timeout=60,
            metadata=(("traceparent", f"00-{TRACE}-{PARENT}-{flags}"),),
        )


def test_a_call_is_a_span_of_its_callers_trace_and_is_exported_before_the_process_ends(
    start: Start, collector: Collector
) -> None:
    process = start("api", TRACES="otlp")
    summarize(process, "01")
    process.process.send_signal(signal.SIGTERM)

    assert process.process.wait() == 0
    (resource,) = (resource for request in collector.requests for resource in request.resource_spans)
    assert {a.key: a.value.string_value for a in resource.resource.attributes}["service.name"] == "arf-teacher"
    (span,) = (span for scope in resource.scope_spans for span in scope.spans)
    assert (span.name, span.trace_id.hex()) == ("TeacherService/Summarize", TRACE)
    assert span.parent_span_id.hex() == PARENT
    assert "4111 1111" not in str(collector.requests)


def test_a_trace_that_its_caller_does_not_sample_is_not_exported(start: Start, collector: Collector) -> None:
    process = start("api", TRACES="otlp")
    summarize(process, "00")
    process.process.send_signal(signal.SIGTERM)

    assert process.process.wait() == 0
    assert collector.requests == []


def test_a_collector_that_is_away_keeps_no_call_waiting_and_no_process_from_ending_well(
    start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", "http://localhost:1")
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_TIMEOUT", "1")
    process = start("api", TRACES="otlp")
    summarize(process, "01")
    process.process.send_signal(signal.SIGTERM)

    assert process.process.wait() == 0
    assert "4111 1111" not in str(process.lines())
