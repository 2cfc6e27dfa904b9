"""Metrics, `arf_SERVICE_NAME`, e.g. `arf_teacher_requests_total`: their registry, and those that every service has.

A service's own metrics are named in its `metrics.py`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram
from prometheus_client.metrics import MetricWrapperBase

W = TypeVar("W", bound=MetricWrapperBase)

LABELS = frozenset({"method", "code", "topic", "partition", "upstream", "model", "kind", "outcome", "lane", "name"})
"""The labels allowed: their values are few, so there is none for a tenant, a call or a person."""

SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 300.0)


@dataclass(frozen=True, slots=True)
class Metric:
    """A metric: its name without `arf_SERVICE_`, help text, labels and unit."""

    name: str
    help: str
    labels: tuple[str, ...] = ()
    buckets: Sequence[float] = SECONDS
    unit: str = field(kw_only=True)
    """A base unit, such as seconds, or what is counted; `bool` for 0 or 1."""

    def __post_init__(self) -> None:
        if not re.fullmatch(r"[a-z]+(_[a-z]+)*", self.name) or self.name.endswith("_total"):
            raise ValueError(f"{self.name}: lower case words joined by _, without the client's _total")
        if self.unit in ("seconds", "micros") and not self.name.endswith(f"_{self.unit}"):
            raise ValueError(f"{self.name}: the unit is {self.unit}, so the name has to end in it")
        if unbounded := set(self.labels) - LABELS:
            raise ValueError(f"{self.name}: {', '.join(sorted(unbounded))} are not among the bounded labels")


# The server.
REQUESTS = Metric("requests", "Calls that ended, by method and gRPC code", ("method", "code"), unit="calls")
ERRORS = Metric("errors", "Calls that failed, by gRPC code", ("code",), unit="calls")
REQUEST_SECONDS = Metric(
    "request_seconds", "Duration of a call, from its arrival to its end", ("method",), unit="seconds"
)
IN_FLIGHT = Metric(
    "requests_in_flight", "Calls in progress, those that wait for their turn included", ("method",), unit="calls"
)
QUEUED = Metric("requests_queued", "Calls waiting for their tenant's turn", ("lane",), unit="calls")
READY = Metric("ready", "1 if a dependency answers, 0 if not", ("name",), unit="bool")

# The workers of the bus.
PROCESSED = Metric("records_processed", "Records handled, successfully or not", ("name",), unit="records")
PROCESS_SECONDS = Metric(
    "process_seconds", "Duration of one call of a handler, on one record or several", ("name",), unit="seconds"
)
FAILED_ATTEMPTS = Metric(
    "failed_attempts", "Attempts at a record that failed, by code", ("name", "code"), unit="attempts"
)
DEAD_LETTERS = Metric("dead_letters", "Records that became dead letters, by code", ("name", "code"), unit="records")
REPEATED = Metric("records_repeated", "Records whose event had an output already", ("name",), unit="records")
LAG_RECORDS = Metric(
    "lag_records",
    "Records not processed yet, an upper bound that is exact at 0",
    ("name", "topic", "partition"),
    unit="records",
)
LAG_SECONDS = Metric(
    "lag_seconds", "Age of the oldest record not processed yet", ("name", "topic", "partition"), unit="seconds"
)


class Metrics:
    """Creates the metrics of one service in a registry of its own; each metric is created once."""

    def __init__(self, service: str, registry: CollectorRegistry | None = None) -> None:
        self.service = service
        self.registry = registry or CollectorRegistry()
        self._made: dict[str, MetricWrapperBase] = {}

    def counter(self, metric: Metric) -> Counter:
        """A counter, exposed as `…_total`."""
        return self._once(metric, Counter)

    def gauge(self, metric: Metric) -> Gauge:
        """A gauge without a suffix."""
        return self._once(metric, Gauge)

    def histogram(self, metric: Metric) -> Histogram:
        """A histogram with the metric's buckets."""
        return self._once(metric, Histogram, buckets=metric.buckets)

    def _once(self, metric: Metric, kind: type[W], **options: Any) -> W:
        made = self._made.get(metric.name)
        if made is None:
            name = f"arf_{self.service}_{metric.name}"
            made = self._made[metric.name] = kind(name, metric.help, metric.labels, registry=self.registry, **options)
        if not isinstance(made, kind):
            raise TypeError(f"{metric.name} is a {type(made).__name__} already")
        return made
