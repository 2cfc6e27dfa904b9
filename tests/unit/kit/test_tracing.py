"""One trace from a call's metadata to what it publishes."""

from __future__ import annotations

import sys

import pytest
from opentelemetry import trace
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from arf.kit import tracing
from arf.kit.errors import InvalidRecord

PARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
TRACE = "0af7651916cd43dd8448eb211c80319c"


@pytest.fixture(autouse=True, scope="module")
def provider() -> None:
    tracing.configure("test")  # the first one of a process stays: later calls change nothing


def sent() -> str:
    headers: dict[str, str] = {}
    tracing.inject(headers)
    return headers["traceparent"]


def test_a_call_goes_on_with_its_callers_trace_by_a_span_of_its_own() -> None:
    with tracing.serving("TeacherService/Summarize", [("traceparent", PARENT), ("traceparent-bin", b"\x00")]):
        version, trace_id, span_id, flags = sent().split("-")

    assert (version, trace_id, flags) == ("00", TRACE, "01")
    assert span_id != "b7ad6b7169203331"


def test_a_record_goes_on_with_the_trace_of_whoever_published_it() -> None:
    with tracing.serving("Summarize", [("traceparent", PARENT)]):
        headers = {"event_id": "e1", "traceparent": sent()}
    with tracing.consuming("analysis", headers):
        assert sent().split("-")[1] == TRACE


@pytest.mark.parametrize("given", [[], [("traceparent", "nonsense")]])
def test_a_call_without_a_trace_begins_one(given: list[tuple[str, str | bytes]]) -> None:
    with tracing.serving("Summarize", given):
        assert int(sent().split("-")[1], 16)


def test_a_span_tells_nothing_of_the_exception_that_ends_it() -> None:
    exporter = InMemorySpanExporter()
    current = trace.get_tracer_provider()
    current.add_span_processor(SimpleSpanProcessor(exporter))  # type: ignore[attr-defined]  # the SDK's
    with pytest.raises(ValueError, match="my card"), tracing.serving("Summarize", [("traceparent", PARENT)]):
        raise ValueError("my card is 4111")

    (span,) = exporter.get_finished_spans()
    assert span.name == "Summarize"
    assert "4111" not in span.to_json()


def test_an_exporter_that_is_not_installed_is_asked_for_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "opentelemetry.exporter.otlp.proto.grpc.trace_exporter", None)

    with pytest.raises(InvalidRecord, match=r"arf\[otlp\]"):
        tracing.configure("test", "otlp")
