"""The report as one HTML page: no scripts, no external resources, all text of calls escaped."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from arf.evaluation.matching import matcher_for
from arf.evaluation.metrics import JUDGE, METRICS, explanation
from arf.loop.report import wording
from arf.loop.report.examples import choose
from arf.loop.report.headline import headline
from arf.loop.report.plots import plots
from arf.v1.evaluation_pb2 import Evaluation
from arf.v1.revision_pb2 import Revision
from arf.v1.transcript_pb2 import Call

MAIN = ("error_free_rate", "key_fact_recall", "unsupported_facts", "rougeL", "key_content_recall", JUDGE)
"""The metrics whose differences are shown at once; the others are collapsed."""


@dataclass(frozen=True)
class Cell:
    """A number with its interval; `best` if no system has a better one."""

    value: str
    interval: str
    best: bool = False


@dataclass(frozen=True)
class MetricLine:
    """A metric with one cell per system."""

    label: str
    note: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class Against:
    """A paired difference in words; `sure` if its interval excludes zero."""

    metric: str
    pair: str
    difference: str
    interval: str
    sure: bool


def render(
    report: Mapping[str, Any],
    *,
    calls: Iterable[Call] = (),
    evaluations: Iterable[Evaluation] = (),
    revisions: Iterable[Revision] = (),
) -> str:
    """Renders report.json; the worked examples come from the records beside it. Deterministic."""
    environment = Environment(
        loader=PackageLoader("arf.loop", "report"),
        autoescape=select_autoescape(default=True, default_for_string=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    systems = wording.ordered_systems(report.get("systems", {}))
    compared, main = comparisons(report), {wording.metric(m) for m in MAIN}
    examples = choose({c.id: c for c in calls}, evaluations, {r.call_id: r for r in revisions})
    return environment.get_template("template.html.j2").render(
        headline=headline(report),
        legend=[(s, wording.system(s), wording.SYSTEM_NOTES.get(s, "")) for s in systems],
        metrics=metric_lines(report, systems, errors=False),
        error_metrics=metric_lines(report, systems, errors=True),
        judge=judge_lines(report, systems),
        judge_note=judge_note(report),
        detectors=detector_lines(report, systems),
        comparisons=[c for c in compared if c.metric in main],
        more_comparisons=[c for c in compared if c.metric not in main],
        plots=plots(report),
        examples=examples,
        profile=profile_rows(report.get("profile")),
        cost=table(report.get("cost")),
        training=table(report.get("training")),
        corpus=wording.rows(report.get("corpus")),
        revisions=wording.rows(report.get("revisions")),
        dataset=table(report.get("dataset")),
        refused=[wording.Row(wording.system(s), ", ".join(c)) for s, c in report.get("refused", {}).items()],
        models=wording.rows(report.get("models")),
        versions=wording.rows(report.get("versions")),
        timings=[
            wording.Row(wording.plain(k), wording.seconds(float(v)))
            for k, v in (report.get("timings") or {}).items()
            if isinstance(v, int | float)
        ],
        peak_memory=report.get("peak_memory_mib"),
        number_format=report.get("number_format"),
        definitions=definitions(report),
    )


def metric_lines(report: Mapping[str, Any], systems: list[str], *, errors: bool) -> list[MetricLine]:
    """One line per metric, either those of single error types or all others but the judge's, the primary one first."""
    metrics = {s: report["systems"][s].get("metrics", {}) for s in systems}
    return _lines(metrics, systems, lambda name: name != JUDGE and (wording.error_of(name) is not None) == errors)


def judge_lines(report: Mapping[str, Any], systems: list[str]) -> list[MetricLine]:
    """The LLM judge's ratings of each system, if there was a judge."""
    metrics = {s: report["systems"][s].get("metrics", {}) for s in systems}
    return _lines(metrics, systems, lambda name: name == JUDGE)


def judge_note(report: Mapping[str, Any]) -> str:
    """How the judge's ratings were obtained and how many are missing; empty if there was no judge."""
    judge = report.get("judge")
    if not judge:
        return ""
    shown, silent = judge["summaries"], judge["unparsable"]
    left = f"{silent} of its replies held no rating and do not count" if silent else "all its replies held a rating"
    return (
        f"An opinion, not a measurement: {judge['model']} rated {shown} summaries, not knowing who wrote them; {left}."
    )


def detector_lines(report: Mapping[str, Any], systems: list[str]) -> list[MetricLine]:
    """The detectors' findings per system, if the report has them."""
    said = report.get("detectors") or {}
    metrics = {s: said.get(s, {}).get("metrics", said.get(s, {})) for s in systems}
    return _lines(metrics, systems, lambda _: True)


def comparisons(report: Mapping[str, Any]) -> list[Against]:
    """Every paired difference of the report."""
    return [
        Against(
            wording.metric(c["metric"]),
            f"{wording.system(c['a'])} − {wording.system(c['b'])}",
            wording.difference(c["metric"], c["difference"]),
            f"{wording.difference(c['metric'], c['low'])} to {wording.difference(c['metric'], c['high'])}".replace(
                " points to", " to"
            ),
            c["low"] > 0 or c["high"] < 0,
        )
        for c in report.get("comparisons", [])
    ]


def definitions(report: Mapping[str, Any]) -> list[wording.Row]:
    """The definition of each metric in the report, from the evaluation."""
    shown = {m for s in report.get("systems", {}).values() for m in s.get("metrics", {})}
    matcher = matcher_for(report.get("task", ""))
    return [wording.Row(wording.metric(m), explanation(m, matcher)) for m in METRICS if m in shown]


def profile_rows(profile: Mapping[str, Any] | None) -> list[tuple[str, str, str, str]]:
    """(error type, share of the teacher's summaries, interval, an example's explanation), most frequent first."""
    rows = []
    for entry in (profile or {}).get("types", []):
        rate = entry.get("summaries", {})
        name = str(entry.get("type", ""))
        share = float(rate.get("value", 0.0))
        why = next((e["finding"].get("explanation", "") for e in entry.get("examples", []) if "finding" in e), "")
        why = wording.readable(why)
        low, high = float(rate.get("low", 0.0)), float(rate.get("high", 0.0))
        rows.append((share, wording.ERRORS.get(name, wording.plain(name)), wording.interval("rate", low, high), why))
    rows.sort(key=lambda r: -r[0])
    return [(label, wording.percent(share), interval, why) for share, label, interval, why in rows]


def table(mapping: Mapping[str, Any] | None) -> tuple[list[str], list[tuple[str, list[str]]]]:
    """A mapping of systems to their numbers as (systems, [(label, texts)]); single numbers become rows of one."""
    nested = {k: v for k, v in (mapping or {}).items() if isinstance(v, Mapping)}
    systems = wording.ordered_systems(nested)
    names = list(dict.fromkeys(k for s in systems for k in nested[s]))
    lines = [(wording.plain(n), [_text(nested[s].get(n), n) for s in systems]) for n in names]
    return [wording.system(s) for s in systems], lines


def _text(item: Any, name: str) -> str:
    return "–" if item is None else wording.text(item, name)


def _lines(metrics: Mapping[str, Mapping[str, Any]], systems: list[str], keep: Any) -> list[MetricLine]:
    names = [n for n in dict.fromkeys(n for s in systems for n in metrics[s]) if keep(n)]
    names.sort(key=_rank)
    calls = max(
        (m["n"] for s in systems for m in metrics[s].values() if isinstance(m, Mapping) and "n" in m), default=0
    )
    lines = []
    for name in names:
        found = [_numbers(metrics[s].get(name)) for s in systems]
        if all(m is None for m in found):
            continue
        best = _best([m for m in found if m is not None])
        cells = tuple(_cell(name, m, best) for m in found)
        first = next(m for m in found if m is not None)
        note = {"higher": "higher is better", "lower": "lower is better"}.get(str(first.get("better", "")), "")
        counts = sorted({m["n"] for m in found if m is not None and "n" in m})
        if counts and counts != [calls]:
            span = f"{counts[0]} to {counts[-1]}" if len(counts) > 1 else f"{counts[0]}"
            note = ", ".join(filter(None, (note, f"{span} calls")))
        lines.append(MetricLine(wording.metric(name), "" if wording.error_of(name) else note, cells))
    return lines


def _rank(name: str) -> int:
    """Sorts primary metrics first, then error types in the taxonomy's order, then the rest unchanged."""
    error = wording.error_of(name)
    if error is not None:
        return list(wording.ERRORS).index(error)
    return MAIN.index(name) if name in MAIN else len(MAIN)


def _numbers(metric: Any) -> Mapping[str, Any] | None:
    if isinstance(metric, int | float):
        return {"value": float(metric)}
    return metric if isinstance(metric, Mapping) and metric.get("value") is not None else None


def _best(found: list[Mapping[str, Any]]) -> float | None:
    better = found[0].get("better")
    if better not in ("higher", "lower"):
        return None
    values = [float(m["value"]) for m in found]
    return (max if better == "higher" else min)(values) if len(set(values)) > 1 else None


def _cell(name: str, m: Mapping[str, Any] | None, best: float | None) -> Cell:
    if m is None:
        return Cell("–", "")
    return Cell(
        wording.value(name, m["value"]), wording.interval(name, m.get("low"), m.get("high")), m["value"] == best
    )
