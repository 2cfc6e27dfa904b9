"""`arf revise`: corrected summaries of a corpus, without a training."""

from __future__ import annotations

import asyncio
import sys
from collections import Counter
from collections.abc import Sequence
from typing import Annotated

import typer

from arf.analysis.wiring import wire_analyzer
from arf.calls.records import dumps
from arf.cli.common import CorpusArg, TaskOption, errors, read_corpus, with_summaries
from arf.editor.revise import Editor, Options
from arf.editor.targets import FixedTargets
from arf.inference.models import DEFAULT_MODEL
from arf.inference.open_model import open_model
from arf.inference.settings import ModelSettings
from arf.loop.progress import Reporter
from arf.tasks.registry import load
from arf.v1.revision_pb2 import Decision
from arf.v1.transcript_pb2 import Call

_BATCH = 16


def revise(
    corpus: CorpusArg,
    editor: Annotated[
        str, typer.Option(help="The editor: a model's name, folder or hub id, or URL#MODEL of an endpoint.")
    ] = DEFAULT_MODEL,
    candidates: Annotated[int, typer.Option(min=0, help="Revisions to request from the editor for each summary.")] = 1,
    repair: Annotated[bool, typer.Option(help="Let the repair rules propose revisions too.")] = True,
    redaction: Annotated[bool, typer.Option(help="Show the editor placeholders for personal data.")] = True,
    task: TaskOption = "customer_service",
) -> None:
    """Correct the summaries in CORPUS; prints one Revision per line, whose `text` is the corrected summary."""
    calls = with_summaries(read_corpus(corpus))
    asyncio.run(_revise(calls, editor, Options(candidates, repair, redaction), task))


async def _revise(calls: Sequence[Call], editor: str, options: Options, task: str) -> None:
    what, reporter, made = load(task), Reporter(errors), Counter[Decision]()
    analyzer = wire_analyzer(what)
    model = open_model(editor, ModelSettings.of_role("EDITOR_MODEL"), say=reporter.say) if options.candidates else None
    try:
        by = Editor(what, analyzer, model, FixedTargets(), options)
        with reporter.stage("editor", len(calls)) as advance:
            for start in range(0, len(calls), _BATCH):
                batch = calls[start : start + _BATCH]
                items = [(it, it.summary.text, await analyzer.analyze(it, it.summary.text)) for it in batch]
                for revision in await by.revise_batch(items, advance):
                    made[revision.decision] += 1
                    sys.stdout.write(dumps(revision) + "\n")
                sys.stdout.flush()
    finally:
        if model is not None:
            await model.close()
    reporter.say(
        f"{made[Decision.DECISION_ACCEPTED]} corrected, {made[Decision.DECISION_NOT_NEEDED]} without a finding, "
        f"{made[Decision.DECISION_NEEDS_REVIEW]} for a person to correct, since nothing passed verification"
    )
