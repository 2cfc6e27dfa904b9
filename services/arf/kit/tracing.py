"""Trace context (W3C traceparent) through gRPC metadata and the headers of the bus, by OpenTelemetry.

Spans hold names and codes: never text of a call, nor an exception's message.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, MutableMapping, Sequence
from contextlib import contextmanager
from typing import Literal

from opentelemetry import context as otel
from opentelemetry import trace
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, ConsoleSpanExporter, SpanExporter
from opentelemetry.sdk.trace.sampling import ALWAYS_OFF, ParentBased, TraceIdRatioBased
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from arf.kit.errors import InvalidRecord

Exporter = Literal["none", "otlp", "console"]

_PROPAGATOR = TraceContextTextMapPropagator()
_CARRIED = ("traceparent", "tracestate")
_TRACER = trace.get_tracer("arf")  # stands for that of the provider which the process is given later


def configure(service: str, exporter: Exporter = "none", ratio: float = 1.0) -> TracerProvider:
    """The process's tracer provider, to shut down at the end. Without an exporter there are ids all the same.

    `otlp` takes the endpoint from OpenTelemetry's own `OTEL_EXPORTER_OTLP_…` variables. Raises InvalidRecord if its
    package is not installed.
    """
    sampler = ParentBased(ALWAYS_OFF if exporter == "none" else TraceIdRatioBased(ratio))
    provider = TracerProvider(resource=Resource.create({"service.name": f"arf-{service}"}), sampler=sampler)
    if exporter != "none":
        provider.add_span_processor(BatchSpanProcessor(_exporter(exporter)))
    trace.set_tracer_provider(provider)
    return provider


@contextmanager
def serving(method: str, metadata: Sequence[tuple[str, str | bytes]]) -> Iterator[trace.Span]:
    """The span of a call that is answered, within the trace that its metadata names, or in one of its own."""
    carrier = {name: value for name, value in metadata if name in _CARRIED and isinstance(value, str)}
    with _span(method, _PROPAGATOR.extract(carrier), trace.SpanKind.SERVER) as span:
        yield span


@contextmanager
def consuming(name: str, headers: Mapping[str, str]) -> Iterator[trace.Span]:
    """The span of a record that is handled, within the trace that its headers name, or in one of its own."""
    with _span(name, _PROPAGATOR.extract(headers), trace.SpanKind.CONSUMER) as span:
        yield span


@contextmanager
def consuming_together(name: str, records: Sequence[Mapping[str, str]]) -> Iterator[None]:
    """A span for each of the records that are handled in one go, within the trace that its headers name.

    None of them is the current one: what is done for all belongs to no single trace.
    """
    spans = [_TRACER.start_span(name, _PROPAGATOR.extract(headers), trace.SpanKind.CONSUMER) for headers in records]
    try:
        yield
    finally:
        for span in spans:
            span.end()


def inject(headers: MutableMapping[str, str]) -> None:
    """Adds `traceparent` of the current span to what is sent: headers of a record, or metadata as a dict."""
    _PROPAGATOR.inject(headers)


@contextmanager
def _span(name: str, parent: otel.Context, kind: trace.SpanKind) -> Iterator[trace.Span]:
    with _TRACER.start_as_current_span(
        name, parent, kind, record_exception=False, set_status_on_exception=False
    ) as span:
        yield span


def _exporter(kind: Exporter) -> SpanExporter:
    if kind == "console":
        return ConsoleSpanExporter()
    try:
        from opentelemetry.exporter.otlp.proto.grpc.trace_exporter import OTLPSpanExporter
    except ModuleNotFoundError:
        raise InvalidRecord("traces", "otlp needs its exporter: pip install 'arf[otlp]'") from None
    exporter: SpanExporter = OTLPSpanExporter()
    return exporter
