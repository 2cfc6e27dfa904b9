"""Alerts and dashboards ask only for metrics that the services export, and what they lead to exists."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from arf.kit import metrics as kit
from arf.kit import packages
from arf.kit.metrics import Metric
from arf.kit.server.spec import services

ROOT = Path(__file__).parents[3]
RULES = ROOT / "deploy/prometheus/arf-rules.yaml"
DASHBOARDS = sorted((ROOT / "deploy/grafana").glob("*.json"))
GROUPS = yaml.safe_load(RULES.read_text())["groups"]
ENTRIES = [rule for group in GROUPS for rule in group["rules"]]
RECORDED = {rule["record"] for rule in ENTRIES if "record" in rule}
NAME = re.compile(r"\b(?:arf|up)(?:[_:][a-z0-9_:]+)?\b(?=[{\s)\[]|$)")
REGEX = re.compile(r'__name__=~"([^"]+)"')


def _exported() -> set[str]:
    """All series names of all services, those that the client derives from a metric included."""
    of_all = [value for value in vars(kit).values() if isinstance(value, Metric)]
    names = {"up"}
    for module in packages.modules("metrics"):
        owner = module.__name__.split(".")[1]
        own = [value for value in vars(module).values() if isinstance(value, Metric)]
        for service in [owner] if owner != "kit" else [spec.name for spec in services()]:
            names |= {f"arf_{service}_{metric.name}{end}" for metric in own for end in _ENDS}
    for spec in services():
        names |= {f"arf_{spec.name}_{metric.name}{end}" for metric in of_all for end in _ENDS}
    return names


_ENDS = ("", "_total", "_bucket", "_count", "_sum")


def _queries() -> Iterator[tuple[str, str]]:
    for rule in ENTRIES:
        yield rule.get("alert") or rule["record"], rule["expr"]
    for board in DASHBOARDS:
        for panel in json.loads(board.read_text())["panels"]:
            for target in panel["targets"]:
                yield f"{board.stem}: {panel['title']}", target["expr"]


@pytest.mark.parametrize(("where", "query"), list(_queries()))
def test_every_query_asks_for_series_that_services_export(where: str, query: str) -> None:
    exported = _exported()
    named = set(NAME.findall(REGEX.sub("", query)))
    patterns = REGEX.findall(query)
    assert named or patterns
    assert named <= exported | RECORDED
    for pattern in patterns:
        assert any(re.fullmatch(pattern, name) for name in exported), pattern


def test_a_metric_that_nobody_exports_would_be_noticed() -> None:
    assert NAME.findall('sum(rate(arf_teacher_missing_total{kind="x"}[5m])) > up') == [
        "arf_teacher_missing_total",
        "up",
    ]
    assert "arf_teacher_missing_total" not in _exported()


@pytest.mark.parametrize("alert", [rule for rule in ENTRIES if "alert" in rule], ids=lambda rule: str(rule["alert"]))
def test_every_alert_has_a_severity_and_a_runbook_that_names_it(alert: dict[str, dict[str, str]]) -> None:
    assert alert["labels"]["severity"] in ("page", "ticket")
    assert str(alert["alert"]) in (ROOT / alert["annotations"]["runbook"]).read_text()


def test_every_alert_is_tested() -> None:
    tested = (ROOT / "deploy/prometheus/arf-tests.yaml").read_text()
    assert [
        rule["alert"] for rule in ENTRIES if "alert" in rule and f"alertname: {rule['alert']}\n" not in tested
    ] == []


@pytest.mark.skipif(shutil.which("promtool") is None, reason="promtool (Debian's package prometheus) is not installed")
@pytest.mark.parametrize("check", [["check", "rules", "arf-rules.yaml"], ["test", "rules", "arf-tests.yaml"]])
def test_promtool_is_content(check: list[str]) -> None:
    done = subprocess.run(["promtool", *check], cwd=RULES.parent, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
