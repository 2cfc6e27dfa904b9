"""Names of metrics, and their labels."""

from __future__ import annotations

import prometheus_client
import pytest

from arf.kit import metrics
from arf.kit.metrics import Metric, Metrics

CATALOGUE = [value for value in vars(metrics).values() if isinstance(value, Metric)]


def test_no_two_metrics_have_one_name() -> None:
    assert len({metric.name for metric in CATALOGUE}) == len(CATALOGUE) > 0


def test_no_label_tells_a_tenant_a_call_or_a_person() -> None:
    assert not metrics.LABELS & {"tenant", "call_id", "subject", "user", "peer", "trace_id"}


@pytest.mark.parametrize(
    ("name", "labels"), [("requests", ("tenant",)), ("requests_total", ()), ("Requests", ()), ("requests-seen", ())]
)
def test_an_unbounded_label_or_an_odd_name_is_refused_where_it_is_defined(name: str, labels: tuple[str, ...]) -> None:
    with pytest.raises(ValueError, match=name):
        Metric(name, "help", labels)


def test_a_metric_carries_its_services_name() -> None:
    made = Metrics("teacher")
    made.counter(metrics.REQUESTS).labels("TeacherService/Summarize", "OK").inc()

    page = prometheus_client.generate_latest(made.registry).decode()
    assert 'arf_teacher_requests_total{code="OK",method="TeacherService/Summarize"} 1.0' in page


def test_asked_twice_it_is_the_same_metric_but_not_of_another_kind() -> None:
    made = Metrics("teacher")

    assert made.counter(metrics.ERRORS) is made.counter(metrics.ERRORS)
    with pytest.raises(TypeError, match="errors is a Counter already"):
        made.gauge(metrics.ERRORS)
