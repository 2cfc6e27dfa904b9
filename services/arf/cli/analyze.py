"""`arf analyze`: finds errors in the summaries of a corpus, or compares the detectors with people's labels."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.markup import escape
from rich.table import Table

from arf.analysis.analyzer import Analyzer
from arf.analysis.labels import Interval, LabelReport, score_labels
from arf.analysis.profile import error_profile
from arf.analysis.targeting import targets
from arf.analysis.wiring import wire_analyzer
from arf.calls.records import short_name, to_dict, write
from arf.cli.common import CorpusArg, JsonOption, TaskOption, console, counted, read_corpus, with_summaries, write_json
from arf.inference.open_model import open_model
from arf.inference.settings import ModelSettings
from arf.tasks.registry import load
from arf.v1.error_profile_pb2 import ErrorProfile, Rate
from arf.v1.finding_pb2 import Analysis, ErrorType
from arf.v1.transcript_pb2 import Call


def analyze(
    corpus: CorpusArg,
    labels: Annotated[bool, typer.Option("--labels", help="Score the detectors against people's labels.")] = False,
    out: Annotated[Path | None, typer.Option("--out", help="Write the findings to this JSONL file.")] = None,
    checker: Annotated[
        str | None,
        typer.Option("--checker", help="Name of an NLI or MiniCheck-type model to use as a further detector."),
    ] = None,
    judge: Annotated[
        str | None, typer.Option("--judge", help="An LLM judge: URL#MODEL of an OpenAI-compatible endpoint.")
    ] = None,
    json_file: JsonOption = None,
    task: TaskOption = "customer_service",
) -> None:
    """Find, classify and count the errors in the summaries of CORPUS."""
    asyncio.run(_analyze(corpus, labels, out, checker, judge, json_file, task))


async def _analyze(
    corpus: Path,
    labels: bool,
    out: Path | None,
    checker: str | None,
    judge: str | None,
    json_file: Path | None,
    task: str,
) -> None:
    model = open_model(judge, ModelSettings.of_role("JUDGE_MODEL")) if judge else None
    analyzer = wire_analyzer(load(task), checker=checker, judge=model)
    calls = read_corpus(corpus)
    try:
        if labels:
            report = await score_labels(calls, analyzer)
            _print_labels(report)
            write_json(json_file, report.to_dict())
            return
        analyses = await _analyse(calls, analyzer)
        if out is not None:
            write(out, analyses)
        author = next((call.summary.model for call in calls if call.summary.model), "")
        profile = error_profile(analyses, author, targets(analyses), sees=await analyzer.sees())
    finally:
        if model is not None:
            await model.close()
    _print_profile(profile)
    write_json(json_file, to_dict(profile))


async def _analyse(calls: Sequence[Call], analyzer: Analyzer) -> list[Analysis]:
    """Analyses of the calls that have a summary. Raises ArfError if none has one."""
    return [await analyzer.analyze(call, call.summary.text) for call in with_summaries(calls)]


def _print_profile(profile: ErrorProfile) -> None:
    channels = sorted({channel for entry in profile.types for channel in entry.by_channel})
    by = f" by {profile.model}" if profile.model else ""
    summaries = counted(profile.summaries, "summary", "summaries")
    unread = profile.summaries - profile.clean.n
    title = escape(
        f"{summaries}{by}; {_percent(profile.clean)} without a finding"
        + (f"; {unread} not analysed: no detector reads their language" if unread else "")
    )
    table = Table("error type", "summaries", *channels, title=title)
    for entry in profile.types:
        by_channel = [f"{entry.by_channel[c].value:.0%}" if c in entry.by_channel else "" for c in channels]
        table.add_row(short_name(ErrorType.DESCRIPTOR, entry.type), _percent(entry.summaries), *by_channel)
    console.print(table)
    for skipped in profile.skipped:
        console.print(f"not run: {skipped.detector}: {skipped.reason}", markup=False, highlight=False)


def _print_labels(report: LabelReport) -> None:
    table = Table("", "value", title=f"{report.n} labelled summaries of {report.dialogues} dialogues")
    for name in ("balanced_accuracy", "precision", "recall", "type_macro_f1"):
        value: Interval | None = getattr(report, name)
        table.add_row(name, "-" if value is None else f"{value.value:.3f} [{value.low:.3f}, {value.high:.3f}]")
    console.print(table)
    _print_rows("detector", report.to_dict()["detectors"])
    _print_rows("type", report.to_dict()["types"])


def _print_rows(title: str, rows: Sequence[dict[str, Any]]) -> None:
    if not rows:
        return
    table = Table(*rows[0], title=f"by {title}")
    for row in rows:
        table.add_row(*(f"{v:.3f}" if isinstance(v, float) else "-" if v is None else str(v) for v in row.values()))
    console.print(table)


def _percent(rate: Rate) -> str:
    return f"{rate.value:.0%} [{rate.low:.0%}, {rate.high:.0%}]"
