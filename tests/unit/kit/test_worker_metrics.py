"""What workers tell, as Prometheus sees it."""

from __future__ import annotations

from arf.kit.bus.port import Lag, Slot
from arf.kit.bus.stage import WorkerMetrics
from arf.kit.metrics import Metrics
from arf.kit.worker_metrics import PrometheusWorkerMetrics


def test_a_worker_is_counted_and_the_lag_is_of_the_partitions_it_holds_now() -> None:
    metrics = Metrics("editor")
    told: WorkerMetrics = PrometheusWorkerMetrics(metrics, "editor")
    told.processed(3, 0.2)
    told.failed("unavailable")
    told.dead_lettered("invalid_argument")
    told.repeated(2)
    told.lag([Lag(Slot("arf.findings.v1", 0), 7, 1.5), Lag(Slot("arf.findings.v1", 1), 1, 0.5)])
    told.lag([Lag(Slot("arf.findings.v1", 1), 0, 0.0)])

    def value(name: str, **labels: str) -> float | None:
        return metrics.registry.get_sample_value(f"arf_editor_{name}", {"name": "editor", **labels})

    assert value("records_processed_total") == 3
    assert value("failed_attempts_total", code="unavailable") == 1
    assert value("dead_letters_total", code="invalid_argument") == 1
    assert value("records_repeated_total") == 2
    assert value("lag_records", topic="arf.findings.v1", partition="1") == 0
    assert value("lag_records", topic="arf.findings.v1", partition="0") is None
