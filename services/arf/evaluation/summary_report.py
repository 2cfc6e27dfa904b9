"""The evaluation's part of report.json, systems by metric and comparisons, and the validation of the whole."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from importlib import resources
from typing import Any

from arf.evaluation.metrics import METRICS, PRIMARY
from arf.kit.errors import InvalidRecord
from arf.kit.statistics import Estimate, difference, mean
from arf.v1.evaluation_pb2 import Evaluation
from arf.v1.finding_pb2 import ErrorType

COMPARISONS = (("arf", "teacher"), ("arf", "distilled"), ("arf", "repair"), ("distilled", "teacher"))
"""The pairs of systems to compare if both were run."""


def summarise(
    evaluations: Iterable[Evaluation], seed: int, pairs: Sequence[tuple[str, str]] = COMPARISONS
) -> dict[str, Any]:
    """`primary_metric`, `seed`, `systems`, `comparisons` and `detectors` of report.json; numbers to six decimals."""
    found = list(evaluations)
    columns = _columns(found)
    return {
        "primary_metric": PRIMARY,
        "seed": seed,
        "systems": {system: {"metrics": _metrics(columns[system], seed)} for system in columns},
        "comparisons": _comparisons(columns, pairs, seed),
        "detectors": _detectors(found, seed),
    }


def check(report: Mapping[str, Any]) -> None:
    """Raises InvalidRecord, naming the place, if a report does not match report.schema.json."""
    from jsonschema import Draft202012Validator

    error = next(iter(sorted(Draft202012Validator(schema()).iter_errors(report), key=lambda e: e.json_path)), None)
    if error is not None:
        raise InvalidRecord(error.json_path, error.message)


def schema() -> dict[str, Any]:
    """The JSON Schema of report.json."""
    loaded: dict[str, Any] = json.loads(resources.files(__package__).joinpath("report.schema.json").read_text("utf-8"))
    return loaded


def _columns(evaluations: list[Evaluation]) -> dict[str, dict[str, dict[str, float]]]:
    """system -> metric per call -> call -> value."""
    columns: dict[str, dict[str, dict[str, float]]] = {}
    for evaluation in sorted(evaluations, key=lambda e: e.system):
        system = columns.setdefault(evaluation.system, {})
        for name, value in evaluation.metrics.items():
            system.setdefault(name, {})[f"{evaluation.tenant}/{evaluation.call_id}"] = value
    return columns


def _metrics(columns: Mapping[str, Mapping[str, float]], seed: int) -> dict[str, Any]:
    return {
        name: _numbers(mean(columns[metric.per_call], seed)) | {"better": metric.better}
        for name, metric in METRICS.items()
        if columns.get(metric.per_call)
    }


def _comparisons(
    columns: Mapping[str, Mapping[str, Mapping[str, float]]], pairs: Sequence[tuple[str, str]], seed: int
) -> list[dict[str, Any]]:
    rows = []
    for a, b in pairs:
        for name, metric in METRICS.items():
            of_a, of_b = (columns.get(s, {}).get(metric.per_call, {}) for s in (a, b))
            if of_a.keys() & of_b.keys():
                numbers = _numbers(difference(of_a, of_b, seed))
                rows.append({"metric": name, "a": a, "b": b, "difference": numbers.pop("value")} | numbers)
    return rows


def _detectors(evaluations: list[Evaluation], seed: int) -> dict[str, Any]:
    """Share of summaries with a finding, by system and type; detectors guided the revisions, so it is never a score."""
    types = [e for e in ErrorType.values() if e != ErrorType.ERROR_TYPE_UNSPECIFIED]
    by_system: dict[str, dict[str, set[ErrorType]]] = {}
    for e in evaluations:
        by_system.setdefault(e.system, {})[f"{e.tenant}/{e.call_id}"] = {f.type for f in e.findings}
    said: dict[str, Any] = {}
    for system, calls in sorted(by_system.items()):
        rates = {"flagged_rate": {call: float(bool(kinds)) for call, kinds in calls.items()}}
        for kind in types:
            name = f"flagged_{ErrorType.Name(kind).removeprefix('ERROR_TYPE_').lower()}"
            rates[name] = {call: float(kind in kinds) for call, kinds in calls.items()}
        said[system] = {
            "metrics": {name: _numbers(mean(column, seed)) | {"better": "lower"} for name, column in rates.items()}
        }
    return said


def _numbers(estimate: Estimate) -> dict[str, Any]:
    return {
        "value": round(estimate.value, 6),
        "low": round(estimate.low, 6),
        "high": round(estimate.high, 6),
        "n": estimate.n,
    }
