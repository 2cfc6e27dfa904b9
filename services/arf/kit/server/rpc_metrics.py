"""The metrics of every RPC."""

from __future__ import annotations

from arf.kit import metrics as names
from arf.kit.metrics import Metrics


class RpcMetrics:
    """Counts requests by method and code and errors by code; measures durations and calls in flight."""

    def __init__(self, metrics: Metrics) -> None:
        self._requests = metrics.counter(names.REQUESTS)
        self._errors = metrics.counter(names.ERRORS)
        self._seconds = metrics.histogram(names.REQUEST_SECONDS)
        self._in_flight = metrics.gauge(names.IN_FLIGHT)

    def begun(self, method: str) -> None:
        """Notes that a call has arrived."""
        self._in_flight.labels(method).inc()

    def ended(self, method: str, code: str, seconds: float) -> None:
        """Notes that a call has ended; `code` is the name of its gRPC status."""
        self._in_flight.labels(method).dec()
        self._requests.labels(method, code).inc()
        self._seconds.labels(method).observe(seconds)
        if code != "OK":
            self._errors.labels(code).inc()

    def refused(self, method: str, code: str) -> None:
        """Notes a call that is refused because there are too many."""
        self._requests.labels(method, code).inc()
        self._errors.labels(code).inc()

    def unknown(self) -> None:
        """Notes a call of an unknown method, whose name is the caller's data and thus not a label."""
        self._requests.labels("unknown", "UNIMPLEMENTED").inc()
        self._errors.labels("UNIMPLEMENTED").inc()
