"""What is measured of a worker of the bus: the WorkerMetrics of arf.kit.bus.worker, for Prometheus."""

from __future__ import annotations

from collections.abc import Sequence

from arf.kit import metrics as names
from arf.kit.bus.port import Lag
from arf.kit.metrics import Metrics


class PrometheusWorkerMetrics:
    """Counts what workers tell; the lag is that of the partitions they hold. For any thread."""

    def __init__(self, metrics: Metrics) -> None:
        self._processed = metrics.counter(names.PROCESSED)
        self._seconds = metrics.histogram(names.PROCESS_SECONDS)
        self._failed = metrics.counter(names.FAILED_ATTEMPTS)
        self._dead = metrics.counter(names.DEAD_LETTERS)
        self._repeated = metrics.counter(names.REPEATED)
        self._lag_records = metrics.gauge(names.LAG_RECORDS)
        self._lag_seconds = metrics.gauge(names.LAG_SECONDS)

    def processed(self, count: int, seconds: float) -> None:
        """`count` records were handled in one go, successfully or not."""
        self._processed.inc(count)
        self._seconds.observe(seconds)

    def failed(self, code: str) -> None:
        """An attempt at a record failed."""
        self._failed.labels(code).inc()

    def dead_lettered(self, code: str) -> None:
        """A record was committed as a dead letter."""
        self._dead.labels(code).inc()

    def repeated(self, count: int) -> None:
        """Records were committed without an output, since their event id had one."""
        self._repeated.inc(count)

    def lag(self, lags: Sequence[Lag]) -> None:
        """The lag of the partitions that the worker holds; those of others are theirs to tell."""
        self._lag_records.clear()
        self._lag_seconds.clear()
        for lag in lags:
            self._lag_records.labels(lag.slot.topic, str(lag.slot.partition)).set(lag.records)
            self._lag_seconds.labels(lag.slot.topic, str(lag.slot.partition)).set(lag.oldest_age_s)
