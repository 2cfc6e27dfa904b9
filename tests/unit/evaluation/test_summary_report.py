"""The evaluation's part of report.json."""

from __future__ import annotations

import pytest
from jsonschema import Draft202012Validator

from arf.evaluation.matchers.customer_service import MATCHER
from arf.evaluation.metrics import evaluate
from arf.evaluation.summary_report import check, schema, summarise
from arf.kit.errors import InvalidRecord
from arf.v1.evaluation_pb2 import Evaluation
from arf.v1.finding_pb2 import ErrorType, Finding
from arf.v1.summary_pb2 import Summary
from tests.unit.evaluation.calls import DAMAGED, damaged_toaster


def _evaluations() -> list[Evaluation]:
    found = []
    for i in range(8):
        made = damaged_toaster()
        made.id = f"c{i}"
        wrong = DAMAGED.replace("refunded", "will refund") if i else DAMAGED
        for system, text in (("teacher", wrong), ("arf", DAMAGED)):
            found.append(evaluate(made, system, Summary(text=text), MATCHER))
    found[0].findings.append(Finding(type=ErrorType.ERROR_TYPE_FORMAT))
    return found


def test_systems_and_differences_are_reported_when_two_were_run() -> None:
    report = summarise(_evaluations(), 1)
    assert report["primary_metric"] == "error_free_rate"
    assert report["systems"]["teacher"]["metrics"]["error_free_rate"]["value"] == pytest.approx(1 / 8)
    assert report["systems"]["arf"]["metrics"]["error_free_rate"] == {
        "value": 1, "low": 0.675592, "high": 1, "n": 8, "better": "higher",
    }  # fmt: skip
    rows = {(c["metric"], c["a"], c["b"]): c for c in report["comparisons"]}
    primary = rows["error_free_rate", "arf", "teacher"]
    assert primary["difference"] == pytest.approx(7 / 8)
    assert 0 < primary["low"] <= primary["difference"] <= primary["high"]
    assert {(c["a"], c["b"]) for c in report["comparisons"]} == {("arf", "teacher")}
    assert report["detectors"]["teacher"]["metrics"]["flagged_format"]["value"] == pytest.approx(1 / 8)


def test_the_report_follows_its_schema_when_it_is_whole() -> None:
    Draft202012Validator.check_schema(schema())
    check(summarise(_evaluations(), 1) | {"peak_memory_mib": 900.5, "timings": {"teacher": 3.2}})


def test_the_place_is_named_when_a_report_breaks_the_schema() -> None:
    report = summarise(_evaluations(), 1)
    del report["comparisons"][0]["low"]
    with pytest.raises(InvalidRecord, match=r"comparisons\[0\]"):
        check(report)


def test_the_report_is_the_same_when_the_evaluations_come_in_another_order() -> None:
    assert summarise(reversed(_evaluations()), 1) == summarise(_evaluations(), 1)
