"""Names of metrics, and their labels."""

from __future__ import annotations

from types import ModuleType

import pytest

pytest.importorskip("prometheus_client", reason="not installed: pip install 'arf[server]'")

import prometheus_client

from arf.kit import metrics, packages
from arf.kit.metrics import Metric, Metrics


def _metrics_of(module: ModuleType) -> list[Metric]:
    return [value for value in vars(module).values() if isinstance(value, Metric)]


COMMON = _metrics_of(metrics)
OWN = {module.__name__.split(".")[1]: _metrics_of(module) for module in packages.modules("metrics")}
"""What each room measures beside what all services do."""


def test_every_service_measures_something_of_its_own() -> None:
    # `kit.metrics` holds what all have; other packages' modules of that name may hold no metric of a process.
    own = {room for room, found in OWN.items() if found and room != "kit"}
    assert own == {"teacher", "analysis", "editor", "summarizer"}


@pytest.mark.parametrize("room", [room for room, found in OWN.items() if found and room != "kit"])
def test_no_two_metrics_of_a_service_have_one_name(room: str) -> None:
    names = [metric.name for metric in (*COMMON, *OWN[room])]
    assert len(set(names)) == len(names) > len(COMMON)


def test_every_metric_says_what_it_is_measured_in() -> None:
    assert [metric.name for found in OWN.values() for metric in found if not metric.unit] == []


def test_no_label_tells_a_tenant_a_call_or_a_person() -> None:
    assert not metrics.LABELS & {"tenant", "call_id", "subject", "user", "peer", "trace_id"}


@pytest.mark.parametrize(
    ("name", "labels", "unit"),
    [
        ("requests", ("tenant",), "calls"),
        ("requests_total", (), "calls"),
        ("Requests", (), "calls"),
        ("requests-seen", (), "calls"),
        ("waiting", (), "seconds"),
        ("seconds_waited", (), "seconds"),
    ],
)
def test_an_unbounded_label_or_an_odd_name_is_refused_where_it_is_defined(
    name: str, labels: tuple[str, ...], unit: str
) -> None:
    with pytest.raises(ValueError, match=name):
        Metric(name, "help", labels, unit=unit)


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
