"""The teacher's summaries: asked of an engine, or taken from a corpus that brings them."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Sequence
from datetime import UTC, datetime

from arf.inference.ports import Engine, Progress
from arf.kit.prompt import Completion, Decoding, Prompt
from arf.tasks.base import Task
from arf.v1.summary_pb2 import CallSummary, Summary, Usage
from arf.v1.transcript_pb2 import Call

BROUGHT = "brought"
"""The prompt version of a summary that came with the corpus."""


def summarise(calls: Sequence[Call], task: Task, engine: Engine, progress: Progress | None = None) -> list[CallSummary]:
    """The teacher's summary of each call, in order. A call that brings a summary keeps it and costs nothing.

    Raises Unavailable if the engine does not answer.
    """
    asked = [call for call in calls if not call.HasField("summary")]
    prompts = [task.teacher_prompt(call) for call in asked]
    completions = engine.complete(prompts, task.decoding, progress=progress) if prompts else []
    written = {
        _key(call): from_completion(task.clean(completion.text), completion, prompt, task.decoding, engine.model)
        for call, prompt, completion in zip(asked, prompts, completions, strict=True)
    }
    if progress is not None and len(asked) < len(calls):
        progress(len(calls) - len(asked))
    return [call_summary(call, written.get(_key(call)) or _brought(call)) for call in calls]


def from_completion(text: str, completion: Completion, prompt: Prompt, decoding: Decoding, model: str) -> Summary:
    """A summary with everything that is known of how it came to be."""
    return Summary(
        text=text,
        model=model,
        created_at=datetime.now(UTC).isoformat(timespec="seconds"),
        prompt_version=prompt.version,
        parameters=json.dumps(dataclasses.asdict(decoding), sort_keys=True),
        usage=Usage(
            prompt_tokens=completion.prompt_tokens,
            completion_tokens=completion.completion_tokens,
            seconds=round(completion.seconds, 4),
        ),
        finish_reason=completion.finish_reason,
    )


def call_summary(call: Call, summary: Summary) -> CallSummary:
    """A summary together with the call it is of."""
    return CallSummary(call_id=call.id, tenant=call.tenant, channel=call.channel, summary=summary)


def _key(call: Call) -> tuple[str, str]:
    return call.tenant, call.id


def _brought(call: Call) -> Summary:
    summary = Summary()
    summary.CopyFrom(call.summary)
    summary.prompt_version = summary.prompt_version or BROUGHT
    return summary
