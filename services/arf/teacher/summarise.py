"""Summaries of calls: the teacher's, asked of an engine or taken from a corpus that brings them, and a student's."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from arf.calls.prompt import Completion, Prompt
from arf.inference.ports import Engine, Progress
from arf.tasks.base import Task
from arf.v1.summary_pb2 import CallSummary, Summary, Usage
from arf.v1.transcript_pb2 import Call

BROUGHT = "brought"
"""The prompt version of a summary that came with the corpus."""


def by_teacher(
    calls: Sequence[Call], task: Task, engine: Engine, progress: Progress | None = None
) -> list[CallSummary]:
    """The teacher's summary of each call, in order. A call that brings a summary keeps it and costs nothing.

    Raises Unavailable if the engine does not answer.
    """
    asked = [call for call in calls if not call.HasField("summary")]
    written = iter(_ask(asked, [task.teacher_prompt(call) for call in asked], task, engine, progress=progress))
    return [brought(call) if call.HasField("summary") else next(written) for call in calls]


def by_student(
    calls: Sequence[Call],
    task: Task,
    engine: Engine,
    adapter: Path | None = None,
    progress: Progress | None = None,
) -> list[CallSummary]:
    """The student's summary of each call, in order: of the engine's model with the adapter.

    Raises Unavailable if the engine does not answer, NotFound if there is no such adapter.
    """
    return _ask(calls, [task.student_prompt(call) for call in calls], task, engine, adapter, progress)


def call_summary(call: Call, summary: Summary) -> CallSummary:
    """A summary together with the call it is of."""
    return CallSummary(call_id=call.id, tenant=call.tenant, channel=call.channel, summary=summary)


def _ask(
    calls: Sequence[Call],
    prompts: Sequence[Prompt],
    task: Task,
    engine: Engine,
    adapter: Path | None = None,
    progress: Progress | None = None,
) -> list[CallSummary]:
    if not calls:
        return []
    completions = engine.complete(prompts, task.decoding, adapter=adapter, progress=progress)
    model = engine.model if adapter is None else f"{engine.model}+{adapter.name}"
    return [
        call_summary(call, _summary(completion, prompt, task, model))
        for call, prompt, completion in zip(calls, prompts, completions, strict=True)
    ]


def _summary(completion: Completion, prompt: Prompt, task: Task, model: str) -> Summary:
    return Summary(
        text=task.clean(completion.text),
        model=model,
        created_at=datetime.now(UTC).isoformat(timespec="seconds"),
        prompt_version=prompt.version,
        parameters=json.dumps(dataclasses.asdict(task.decoding), sort_keys=True),
        usage=Usage(
            prompt_tokens=completion.prompt_tokens,
            completion_tokens=completion.completion_tokens,
            seconds=round(completion.seconds, 4),
        ),
        finish_reason=completion.finish_reason,
    )


def brought(call: Call) -> CallSummary:
    """The summary that came with a call, as it is."""
    made = call_summary(call, call.summary)
    made.summary.prompt_version = made.summary.prompt_version or BROUGHT
    return made
