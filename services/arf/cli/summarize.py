"""`arf summarize`: a student's summaries of calls, as JSONL on stdout."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from arf.calls.records import dumps
from arf.cli.common import CorpusArg, TaskOption, read_corpus
from arf.inference.factory import open_engine
from arf.inference.models import DEFAULT_MODEL
from arf.tasks.registry import load
from arf.teacher.summarise import by_student

_BATCH = 16


def summarize(
    corpus: CorpusArg,
    adapter: Annotated[Path | None, typer.Option("--adapter", help="A LoRA adapter's folder; none: the base.")] = None,
    student: Annotated[str, typer.Option("--student", help="The base model, or an endpoint's URL.")] = DEFAULT_MODEL,
    task: TaskOption = "customer_service",
) -> None:
    """Summarise each call; one CallSummary a line comes as soon as its batch is done."""
    calls = read_corpus(corpus)
    what, engine = load(task), open_engine(student)
    for start in range(0, len(calls), _BATCH):
        for made in by_student(calls[start : start + _BATCH], what, engine, adapter):
            sys.stdout.write(dumps(made) + "\n")
            sys.stdout.flush()
