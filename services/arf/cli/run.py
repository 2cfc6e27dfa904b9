"""`arf run`: the whole loop on a corpus."""

from __future__ import annotations

import asyncio
import dataclasses
from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from arf.cli.common import CorpusArg, JsonOption, TaskOption, console, read_corpus, write_json
from arf.evaluation.prices import Prices
from arf.finetune.recipe import Recipe
from arf.inference.models import DEFAULT_MODEL
from arf.loop.config import RunConfig
from arf.loop.folder import STUDENTS
from arf.loop.progress import Reporter
from arf.loop.report.terminal import print_report
from arf.loop.run import run_loop
from arf.v1.transcript_pb2 import Call

Student = StrEnum("Student", {name.upper(): name for name in STUDENTS})  # type: ignore[misc]

_MODEL = "A model's name, folder or hub id, or URL#MODEL of an OpenAI-compatible endpoint; ARF_API_KEY is its key."


def run(
    corpus: CorpusArg,
    out: Annotated[Path, typer.Option("--out", "-o", help="The run folder; an unfinished run in it is resumed.")],
    teacher: Annotated[str, typer.Option(help=f"The teacher that summarises. {_MODEL}")] = DEFAULT_MODEL,
    editor: Annotated[str, typer.Option(help=f"The editor that revises. {_MODEL}")] = DEFAULT_MODEL,
    student: Annotated[str, typer.Option(help="The model to train.")] = DEFAULT_MODEL,
    judge: Annotated[
        str | None,
        typer.Option(help=f"The judge that rates the results from 1 to 5, never the editor's model. {_MODEL}"),
    ] = None,
    checker: Annotated[
        str | None, typer.Option(help="Name of an NLI or MiniCheck-type model to use as a further detector.")
    ] = None,
    held_out: Annotated[
        float, typer.Option(min=0.05, max=0.9, help="Share of calls to hold out, if the corpus marks none.")
    ] = 0.33,
    seed: Annotated[int, typer.Option(help="Seed of split, batches and training.")] = 0,
    epochs: Annotated[float, typer.Option(min=0.1, help="Passes over the training examples.")] = Recipe.epochs,
    batch_size: Annotated[int, typer.Option(min=1, help="Examples per training step.")] = Recipe.batch_size,
    learning_rate: Annotated[float, typer.Option(min=1e-9, help="Peak learning rate.")] = Recipe.learning_rate,
    rank: Annotated[int, typer.Option(min=1, help="Rank of the LoRA matrices.")] = Recipe.rank,
    frozen_layers: Annotated[
        float, typer.Option(min=0.0, max=1.0, help="Share of the layers, from the lowest, that are not trained.")
    ] = Recipe.frozen_layers,
    candidates: Annotated[
        int, typer.Option(min=0, help="Revisions to request from the editor LLM for each summary.")
    ] = 1,
    repair: Annotated[bool, typer.Option(help="Let the repair rules propose revisions too.")] = True,
    redaction: Annotated[bool, typer.Option(help="Show teacher and editor placeholders for personal data.")] = True,
    students: Annotated[list[Student], typer.Option("--train", help="Which students to train.")] = list(Student),  # noqa: B006
    prefix_share: Annotated[
        float, typer.Option(min=0.0, max=0.9, help="Share of examples that are call prefixes.")
    ] = 0.0,
    max_train: Annotated[int | None, typer.Option(min=8, help="At most this many training calls.")] = None,
    max_held_out: Annotated[int | None, typer.Option(min=2, help="At most this many held-out calls.")] = None,
    quick: Annotated[
        bool, typer.Option("--quick", help="A small, fast run that only shows whether everything works.")
    ] = False,
    teacher_price_in: Annotated[float, typer.Option(help="USD per million prompt tokens; 0: unknown.")] = Prices.prompt,
    teacher_price_out: Annotated[
        float, typer.Option(help="USD per million generated tokens; 0: unknown.")
    ] = Prices.completion,
    machine_price: Annotated[
        float, typer.Option(help="USD per hour of the student's machine; 0: unknown.")
    ] = Prices.machine_hour,
    task: TaskOption = "customer_service",
    json_file: JsonOption = None,
) -> None:
    """Summarise, analyse, revise, train and evaluate; then the report is in the run folder."""
    config = RunConfig(
        teacher=teacher,
        editor=editor,
        student=student,
        task=task,
        held_out=held_out,
        seed=seed,
        candidates=candidates,
        repair=repair,
        redaction=redaction,
        students=tuple(s for s in STUDENTS if s in students),
        limit_train=max_train,
        limit_held_out=max_held_out,
        judge=judge,
        checker=checker,
        training=Recipe(
            epochs=epochs,
            batch_size=batch_size,
            learning_rate=learning_rate,
            rank=rank,
            frozen_layers=frozen_layers,
            prefix_share=prefix_share,
        ),
    )
    if quick:
        config = dataclasses.replace(
            config, limit_train=16, limit_held_out=8, training=dataclasses.replace(config.training, epochs=1.0)
        )
        console.print("--quick: so few calls show whether everything works, and nothing about how good the student is")
    calls = read_corpus(corpus)
    if advice := _what_is_missing(calls, judge):
        console.print(advice, markup=False, highlight=False, soft_wrap=True)
    prices = Prices(prompt=teacher_price_in, completion=teacher_price_out, machine_hour=machine_price)
    report = asyncio.run(run_loop(calls, out, config, Reporter(console), prices))
    print_report(report, console)
    console.print(f"report: {out / 'report.html'}", markup=False, highlight=False, soft_wrap=True)
    write_json(json_file, report)


def _what_is_missing(calls: Sequence[Call], judge: str | None) -> str:
    """What the report cannot say of these calls, and what would let it; empty if they have gold facts."""
    if any(call.gold.facts for call in calls):
        return ""
    measured = ["the references that calls have"] if any(call.reference_summaries for call in calls) else []
    measured += ["the judge's ratings"] if judge else []
    return (
        f"these calls have no gold facts: the report cannot count error-free summaries, and compares by "
        f"{' and '.join(measured) or 'the detectors alone, which guided the corrections: no evidence'}. For more, "
        "give some held-out calls gold facts (docs/format.md) or reference_summaries, or pass --judge URL#MODEL"
    )
