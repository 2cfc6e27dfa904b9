"""Summaries of many calls: by the teacher or supplied with the corpus, and by a student."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from arf.inference.port import Model, ModelFailed, Progress, profile_of
from arf.summarising.shown import show
from arf.summarising.summary import MakePrompt, summary_of, summary_request, supplied_summary, written
from arf.tasks.base import Task
from arf.v1.summary_pb2 import CallSummary
from arf.v1.transcript_pb2 import Call

SummaryResult = CallSummary | ModelFailed
"""A summary, or the model's refusal to write it."""


async def by_teacher(
    calls: Sequence[Call], task: Task, model: Model, progress: Progress | None = None, *, redaction: bool = True
) -> list[SummaryResult]:
    """The teacher's summary of each call, in order; a supplied summary is taken as it is.

    With `redaction` the model sees placeholders for personal data, as in the teacher service. Raises Unavailable if the
    model does not answer.
    """
    asked = [call for call in calls if not call.HasField("summary")]
    made = iter(await _summaries(asked, task, task.teacher_prompt, model, None, progress, redaction))
    return [supplied_summary(call) if call.HasField("summary") else next(made) for call in calls]


async def by_student(
    calls: Sequence[Call],
    task: Task,
    model: Model,
    adapter: Path | None = None,
    progress: Progress | None = None,
) -> list[SummaryResult]:
    """The summary of each call, in order, by the student: the model with the adapter.

    It sees placeholders for personal data, as in the dataset that it was trained on, and they are restored in what it
    writes. Raises Unavailable if the model does not answer, NotFound if there is no such adapter.
    """
    return await _summaries(calls, task, task.student_prompt, model, adapter, progress, redaction=True)


async def _summaries(
    calls: Sequence[Call],
    task: Task,
    ask: MakePrompt,
    model: Model,
    adapter: Path | None,
    progress: Progress | None,
    redaction: bool,
) -> list[SummaryResult]:
    if not calls:
        return []
    profile = await profile_of(model)
    shown = [show(call, redaction=redaction) for call in calls]
    folder = None if adapter is None else str(adapter)
    requests = [summary_request(task, ask, it, profile, folder) for it in shown]
    replies = await model.complete_all(requests, progress)
    name = model.name if adapter is None else f"{model.name}+{adapter.name}"
    return [
        reply if isinstance(reply, ModelFailed) else summary_of(task, it, written(request, reply, name))
        for it, request, reply in zip(shown, requests, replies, strict=True)
    ]
