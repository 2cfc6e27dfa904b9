"""`arf evaluate`: an adapter's summaries of a corpus against its gold facts and references."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from arf.analysis.analyzer import Analyzer
from arf.cli.common import CorpusArg, JsonOption, TaskOption, console, read_corpus, write_json
from arf.corpus.canonical import strip_gold
from arf.evaluation.prices import Prices, cost
from arf.evaluation.summary_report import check, summarise
from arf.inference.factory import open_engine
from arf.inference.models import DEFAULT_MODEL
from arf.kit.records import write
from arf.pipeline.evaluate import score
from arf.pipeline.folder import RunFolder
from arf.pipeline.progress import Reporter
from arf.pipeline.report.terminal import print_report
from arf.pipeline.stages import Stages
from arf.tasks.registry import load
from arf.teacher.summarise import call_summary


def evaluate(
    corpus: CorpusArg,
    adapter: Annotated[Path, typer.Option("--adapter", help="The student's LoRA adapter.")],
    out: Annotated[Path, typer.Option("--out", "-o", help="Where the results go.")] = Path("runs/evaluate"),
    student: Annotated[str, typer.Option("--student", help="The base model of the adapter.")] = DEFAULT_MODEL,
    seed: Annotated[int, typer.Option(help="Seed of the bootstrap.")] = 0,
    json_file: JsonOption = None,
    task: TaskOption = "customer_service",
) -> None:
    """Score a student on every call of CORPUS; calls that bring a summary are scored on that too, as the teacher's."""
    calls = read_corpus(corpus)
    what = load(task)
    stages = Stages(RunFolder(out), what, Analyzer(what.detectors()), Reporter(console), batch=48)
    made = {"arf": stages.by_student("arf", list(map(strip_gold, calls)), open_engine(student), adapter)}
    if all(call.HasField("summary") for call in calls):
        made["teacher"] = [call_summary(call, call.summary) for call in calls]
    rows = score(calls, made, stages.analyzer)
    write(out / "evaluation.jsonl", rows)
    report = summarise(rows, seed) | {"cost": cost(rows, Prices())}
    check(report)
    print_report(report, console)
    write_json(json_file, report)
