"""What is measured of every call."""

from __future__ import annotations

from arf.kit import metrics as names
from arf.kit.metrics import Metrics


class RpcMetrics:
    """Requests by method and code, errors by code, seconds, and what is in flight."""

    def __init__(self, metrics: Metrics) -> None:
        self._requests = metrics.counter(names.REQUESTS)
        self._errors = metrics.counter(names.ERRORS)
        self._seconds = metrics.histogram(names.REQUEST_SECONDS)
        self._in_flight = metrics.gauge(names.IN_FLIGHT)

    def begun(self, method: str) -> None:
        """A call has come."""
        self._in_flight.labels(method).inc()

    def ended(self, method: str, code: str, seconds: float) -> None:
        """A call is over; `code` is the name of its gRPC status."""
        self._in_flight.labels(method).dec()
        self._requests.labels(method, code).inc()
        self._seconds.labels(method).observe(seconds)
        if code != "OK":
            self._errors.labels(code).inc()

    def unknown(self) -> None:
        """A call of a method that is not there; what it named is the caller's own word, and no label."""
        self._requests.labels("unknown", "UNIMPLEMENTED").inc()
        self._errors.labels("UNIMPLEMENTED").inc()
