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
_TRACER = trace.get_tracer("arf")  # a proxy for the tracer of the provider that is configured later


def configure(service: str, exporter: Exporter = "none", ratio: float = 1.0) -> TracerProvider:
    """Sets and returns the process's tracer provider, to shut down at the end. Without an exporter it still makes ids.

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
    """The span of an incoming call, in the trace of its metadata, or else in a new one."""
    carrier = {name: value for name, value in metadata if name in _CARRIED and isinstance(value, str)}
    with _span(method, _PROPAGATOR.extract(carrier), trace.SpanKind.SERVER) as span:
        yield span


@contextmanager
def consuming(name: str, headers: Mapping[str, str]) -> Iterator[trace.Span]:
    """The span of a record being handled, in the trace of its headers, or else in a new one."""
    with _span(name, _PROPAGATOR.extract(headers), trace.SpanKind.CONSUMER) as span:
        yield span


@contextmanager
def consuming_together(name: str, records: Sequence[Mapping[str, str]]) -> Iterator[None]:
    """A span for each of the records that are handled together, in the trace of its headers.

    None becomes the current span: what is done for all belongs to no single trace.
    """
    spans = [_TRACER.start_span(name, _PROPAGATOR.extract(headers), trace.SpanKind.CONSUMER) for headers in records]
    try:
        yield
    finally:
        for span in spans:
            span.end()


def inject(headers: MutableMapping[str, str]) -> None:
    """Adds the current span's `traceparent` to the headers of a record, or to metadata as a dict."""
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
