"""`arf evaluate`: scores an adapter's summaries against gold facts and references."""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from arf.analysis.wiring import wire_analyzer
from arf.calls.records import write, write_text
from arf.cli.common import CorpusArg, JsonOption, TaskOption, console, read_corpus, write_json
from arf.corpus.canonical import strip_gold
from arf.evaluation.matching import matcher_for
from arf.evaluation.prices import Prices, cost
from arf.evaluation.summary_report import check, summarise
from arf.inference.models import DEFAULT_MODEL
from arf.kit.errors import ArfError, NotFound
from arf.loop.config import corpus_hash
from arf.loop.evaluate import score
from arf.loop.folder import RunFolder
from arf.loop.models import Models
from arf.loop.progress import Reporter
from arf.loop.report.terminal import print_report
from arf.loop.run import STUDENT
from arf.loop.stages import Stages
from arf.summarising.summary import call_summary
from arf.tasks.base import Task
from arf.tasks.registry import load
from arf.v1.evaluation_pb2 import Evaluation
from arf.v1.transcript_pb2 import Call


def evaluate(
    corpus: CorpusArg,
    adapter: Annotated[Path, typer.Option("--adapter", help="The student's LoRA adapter.")],
    out: Annotated[Path, typer.Option("--out", "-o", help="Folder for the results.")] = Path("runs/evaluate"),
    student: Annotated[str, typer.Option("--student", help="The base model of the adapter.")] = DEFAULT_MODEL,
    seed: Annotated[int, typer.Option(help="Seed of the bootstrap.")] = 0,
    json_file: JsonOption = None,
    task: TaskOption = "customer_service",
) -> None:
    """Score a student on every call of CORPUS; summaries in the corpus are scored too, as the teacher's."""
    calls = read_corpus(corpus)
    what = load(task)
    request = {"adapter": _identity(adapter, student), "student": student, "task": task, "corpus": corpus_hash(calls)}
    _claim(out / "evaluation.json", request)
    rows = asyncio.run(_scored(calls, what, adapter, out, student))
    write(out / "evaluation.jsonl", rows)
    report = summarise(rows, seed) | {"task": what.name, "cost": cost(rows, Prices())}
    check(report)
    print_report(report, console)
    write_json(json_file, report)


async def _scored(calls: Sequence[Call], task: Task, adapter: Path, out: Path, student: str) -> list[Evaluation]:
    reporter = Reporter(console)
    stages = Stages(RunFolder(out), task, wire_analyzer(task), reporter, batch=48)
    models = Models(reporter.say)
    try:
        blind = list(map(strip_gold, calls))
        made = {"arf": await stages.by_student("arf", blind, models.of(student, STUDENT), adapter)}
    finally:
        await models.close()
    if all(call.HasField("summary") for call in calls):
        made["teacher"] = [call_summary(call, call.summary) for call in calls]
    return await score(calls, made, stages.analyzer, matcher_for(task.name))


def _identity(adapter: Path, student: str) -> str:
    """The hash of an adapter's weights, or its name if an endpoint serves it. Raises NotFound."""
    if "://" in student:
        return adapter.name
    weights = adapter / "adapter_model.safetensors"
    if not weights.is_file():
        raise NotFound(f"adapter {adapter}: it has no {weights.name}")
    with weights.open("rb") as data:
        return hashlib.file_digest(data, "sha256").hexdigest()


def _claim(path: Path, request: dict[str, str]) -> None:
    """Reserves a folder for this request, so that a later run may reuse the summaries in it.

    Raises ArfError naming the difference if the folder belongs to another request.
    """
    if path.exists():
        found = json.loads(path.read_text(encoding="utf-8"))
        different = sorted(name for name in request if found.get(name) != request[name])
        if different:
            what = ", ".join(different)
            raise ArfError(f"{path.parent} holds an evaluation of another {what}; choose another --out or remove it")
    else:
        write_text(path, json.dumps(request, indent=2, sort_keys=True) + "\n")
