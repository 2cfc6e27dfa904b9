"""The report in a terminal: the headline, then tables."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from arf.loop.report import wording
from arf.loop.report.headline import headline
from arf.loop.report.html import (
    MAIN,
    MetricLine,
    comparisons,
    detector_lines,
    judge_lines,
    judge_note,
    metric_lines,
    profile_rows,
    table,
)

_TONES = {"good": "bold green", "open": "bold yellow", "bad": "bold red"}


def print_report(report: Mapping[str, Any], console: Console) -> None:
    """Prints report.json: the headline, systems by metric, differences, profile, cost, time and memory."""
    said = headline(report)
    console.print()
    console.print(Text(said.title, style=_TONES[said.tone]))
    for sentence in said.sentences:
        console.print(Text(sentence))
    systems = wording.ordered_systems(report.get("systems", {}))
    _metrics(console, "Held-out calls, 95 % intervals", metric_lines(report, systems, errors=False), systems)
    _metrics(console, "Summaries with an error, by type", metric_lines(report, systems, errors=True), systems)
    _metrics(console, "What the LLM judge thinks, 95 % intervals", judge_lines(report, systems), systems)
    if note := judge_note(report):
        console.print(Text(note))
    _differences(console, report)
    _profile(console, report)
    _plain(console, "Cost per 1,000 calls", report.get("cost"))
    _plain(console, "Training", report.get("training"))
    note = "What the detectors say (they guided the corrections: no evidence)"
    _metrics(console, note, detector_lines(report, systems), systems)
    _end(console, report)


def _metrics(console: Console, title: str, lines: list[MetricLine], systems: list[str]) -> None:
    if not lines:
        return
    grid = _grid(title, "metric", *(wording.system(s) for s in systems))
    for line in lines:
        grid.add_row(
            line.label, *(Text(_joined(c.value, c.interval), style="bold" if c.best else "") for c in line.cells)
        )
    console.print(grid)


def _differences(console: Console, report: Mapping[str, Any]) -> None:
    main = {wording.metric(m) for m in MAIN}
    found = [c for c in comparisons(report) if c.metric in main]
    if not found:
        return
    grid = _grid("Differences, paired by call", "metric", "between", "difference", "95 % interval")
    for c in found:
        grid.add_row(c.metric, c.pair, Text(c.difference, style="bold" if c.sure else "dim"), c.interval)
    console.print(grid)


def _profile(console: Console, report: Mapping[str, Any]) -> None:
    found = profile_rows(report.get("profile"))
    if not found:
        return
    grid = _grid("The teacher's errors on the training calls, as the detectors see them", "type", "summaries")
    for label, share, interval, _ in found:
        grid.add_row(label, _joined(share, interval))
    console.print(grid)


def _plain(console: Console, title: str, mapping: Mapping[str, Any] | None) -> None:
    systems, lines = table(mapping)
    if not lines:
        return
    grid = _grid(title, "", *systems)
    for label, texts in lines:
        grid.add_row(label, *texts)
    console.print(grid)


def _end(console: Console, report: Mapping[str, Any]) -> None:
    timings = {k: float(v) for k, v in (report.get("timings") or {}).items() if isinstance(v, int | float)}
    if timings:
        console.print(
            Text("Time: " + ", ".join(f"{wording.plain(k).lower()} {wording.seconds(v)}" for k, v in timings.items()))
        )
    for system, calls in report.get("refused", {}).items():
        console.print(Text(f"Refused by {wording.system(system)}: {', '.join(calls)}"))
    if report.get("peak_memory_mib"):
        console.print(Text(f"Peak memory: {report['peak_memory_mib'] / 1024:.1f} GiB"))


def _grid(title: str, *columns: str) -> Table:
    grid = Table(title=title, title_justify="left", title_style="bold", header_style="dim", box=None, pad_edge=False)
    for index, column in enumerate(columns):
        text = index == 0 or column == "between"
        grid.add_column(column, justify="left" if text else "right", overflow="fold")
    return grid


def _joined(value: str, interval: str) -> str:
    return f"{value} ({interval})" if interval else value
