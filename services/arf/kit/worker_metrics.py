"""WorkerMetrics for Prometheus."""

from __future__ import annotations

from collections.abc import Sequence

from arf.kit import metrics as names
from arf.kit.bus.port import Lag, Slot
from arf.kit.metrics import Metrics


class PrometheusWorkerMetrics:
    """The metrics of one worker, labelled with its name: a process may have several. Thread-safe."""

    def __init__(self, metrics: Metrics, name: str) -> None:
        self._name = name
        self._processed = metrics.counter(names.PROCESSED).labels(name)
        self._seconds = metrics.histogram(names.PROCESS_SECONDS).labels(name)
        self._failed = metrics.counter(names.FAILED_ATTEMPTS)
        self._dead = metrics.counter(names.DEAD_LETTERS)
        self._repeated = metrics.counter(names.REPEATED).labels(name)
        self._lag_records = metrics.gauge(names.LAG_RECORDS)
        self._lag_seconds = metrics.gauge(names.LAG_SECONDS)
        self._reported: set[Slot] = set()

    def processed(self, count: int, seconds: float) -> None:
        self._processed.inc(count)
        self._seconds.observe(seconds)

    def failed(self, code: str) -> None:
        self._failed.labels(self._name, code).inc()

    def dead_lettered(self, code: str) -> None:
        self._dead.labels(self._name, code).inc()

    def repeated(self, count: int) -> None:
        self._repeated.inc(count)

    def lag(self, lags: Sequence[Lag]) -> None:
        """Sets the lag of all partitions that the worker holds, and removes that of partitions it has lost."""
        gone = self._reported - {lag.slot for lag in lags}
        for slot in gone:
            for gauge in (self._lag_records, self._lag_seconds):
                gauge.remove(self._name, slot.topic, str(slot.partition))
        for lag in lags:
            labels = self._name, lag.slot.topic, str(lag.slot.partition)
            self._lag_records.labels(*labels).set(lag.records)
            self._lag_seconds.labels(*labels).set(lag.oldest_age_s)
        self._reported = {lag.slot for lag in lags}
