"""Summaries of calls: the teacher's, asked of an engine or taken from a corpus that brings them, and a student's."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from arf.calls.prompt import Completion, Prompt
from arf.inference.port import Model, ModelFailed, Progress, Request
from arf.tasks.base import Task
from arf.v1.summary_pb2 import CallSummary, Summary, Usage
from arf.v1.transcript_pb2 import Call

Outcome = CallSummary | ModelFailed

BROUGHT = "brought"
"""The prompt version of a summary that came with the corpus."""


async def by_teacher(
    calls: Sequence[Call], task: Task, model: Model, progress: Progress | None = None
) -> list[Outcome]:
    """The teacher's summary of each call, in order. A call that brings a summary keeps it and costs nothing.

    A call that the model refuses is the ModelFailed in its place. Raises Unavailable if the model does not answer.
    """
    asked = [call for call in calls if not call.HasField("summary")]
    prompts = [task.teacher_prompt(call) for call in asked]
    written = iter(await _ask(asked, prompts, task, model, progress=progress))
    return [brought(call) if call.HasField("summary") else next(written) for call in calls]


async def by_student(
    calls: Sequence[Call],
    task: Task,
    model: Model,
    adapter: Path | None = None,
    progress: Progress | None = None,
) -> list[Outcome]:
    """The student's summary of each call, in order: of the model with the adapter.

    A call that the model refuses is the ModelFailed in its place. Raises Unavailable if the model does not answer,
    NotFound if there is no such adapter.
    """
    return await _ask(calls, [task.student_prompt(call) for call in calls], task, model, adapter, progress)


def call_summary(call: Call, summary: Summary) -> CallSummary:
    """A summary together with the call it is of."""
    return CallSummary(call_id=call.id, tenant=call.tenant, channel=call.channel, summary=summary)


async def _ask(
    calls: Sequence[Call],
    prompts: Sequence[Prompt],
    task: Task,
    model: Model,
    adapter: Path | None = None,
    progress: Progress | None = None,
) -> list[Outcome]:
    if not calls:
        return []
    hand = None if adapter is None else str(adapter)
    replies = await model.complete_all([Request(prompt, task.decoding, hand) for prompt in prompts], progress)
    name = model.name if adapter is None else f"{model.name}+{adapter.name}"
    return [
        reply if isinstance(reply, ModelFailed) else call_summary(call, _summary(reply, prompt, task, name))
        for call, prompt, reply in zip(calls, prompts, replies, strict=True)
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
