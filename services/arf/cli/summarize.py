"""`arf summarize`: writes a student's summaries of calls as JSONL to stdout."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path
from typing import Annotated

import typer

from arf.calls.records import dumps
from arf.cli.common import CorpusArg, TaskOption, errors, read_corpus
from arf.inference.models import DEFAULT_MODEL
from arf.inference.open_model import open_model
from arf.inference.port import ModelFailed
from arf.inference.settings import ModelSettings
from arf.summarising.batches import by_student
from arf.tasks.base import Task
from arf.tasks.registry import load
from arf.v1.transcript_pb2 import Call

_BATCH = 16


def summarize(
    corpus: CorpusArg,
    adapter: Annotated[
        Path | None, typer.Option("--adapter", help="Folder of a LoRA adapter; the base model without it.")
    ] = None,
    student: Annotated[str, typer.Option("--student", help="The base model, or an endpoint's URL.")] = DEFAULT_MODEL,
    task: TaskOption = "customer_service",
) -> None:
    """Summarise each call; prints one CallSummary per line as soon as its batch is done."""
    asyncio.run(_summarize(read_corpus(corpus), adapter, student, load(task)))


async def _summarize(calls: list[Call], adapter: Path | None, student: str, task: Task) -> None:
    model = open_model(student, ModelSettings.of_role("STUDENT_MODEL"))
    try:
        for start in range(0, len(calls), _BATCH):
            batch = calls[start : start + _BATCH]
            for call, made in zip(batch, await by_student(batch, task, model, adapter), strict=True):
                if isinstance(made, ModelFailed):
                    errors.print(f"{call.id}: {made.message}", markup=False, highlight=False, soft_wrap=True)
                else:
                    sys.stdout.write(dumps(made) + "\n")
                    sys.stdout.flush()
    finally:
        await model.close()
