"""Builds the request for a summary, and the record of the reply."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache

from arf.calls.prompt import Completion, Decoding, Prompt
from arf.inference.port import Request
from arf.inference.profile import ModelProfile
from arf.summarising.shown import ShownCall
from arf.tasks.base import Task
from arf.v1.summary_pb2 import CallSummary, Summary, Usage
from arf.v1.transcript_pb2 import Call

SUPPLIED = "brought"
"""The prompt version recorded for a summary supplied with the corpus."""

MakePrompt = Callable[[Call, ModelProfile], Prompt]
"""A task's prompt function for its teacher or its student."""


@dataclass(frozen=True, slots=True)
class Written:
    """A model's summary of a call as shown, not yet cleaned or restored: it can be cached and shared."""

    text: str
    model: str
    prompt_version: str
    parameters: str
    """The decoding as JSON."""
    prompt_tokens: int
    completion_tokens: int
    finish_reason: str
    created_at: str
    seconds: float


def summary_request(
    task: Task, ask: MakePrompt, shown: ShownCall, profile: ModelProfile, adapter: str | None = None
) -> Request:
    """The request to a model with that profile for a summary of the call."""
    return Request(ask(shown.call, profile), task.decoding(profile), adapter)


def written(request: Request, reply: Completion, model: str) -> Written:
    """The record of a model's reply to a summary request."""
    return Written(
        text=reply.text,
        model=model,
        prompt_version=request.prompt.version,
        parameters=parameters(request.decoding),
        prompt_tokens=reply.prompt_tokens,
        completion_tokens=reply.completion_tokens,
        finish_reason=reply.finish_reason,
        created_at=datetime.now(UTC).isoformat(timespec="seconds"),
        seconds=round(reply.seconds, 4),
    )


@cache
def parameters(decoding: Decoding) -> str:
    """Decoding parameters as summaries record them: JSON."""
    return json.dumps(dataclasses.asdict(decoding), sort_keys=True)


def summary_of(task: Task, shown: ShownCall, made: Written) -> CallSummary:
    """The summary's record: cleaned, and with the call's personal data restored."""
    summary = Summary(
        text=shown.placeholders.restore(task.clean(made.text)),
        model=made.model,
        created_at=made.created_at,
        prompt_version=made.prompt_version,
        parameters=made.parameters,
        usage=Usage(prompt_tokens=made.prompt_tokens, completion_tokens=made.completion_tokens, seconds=made.seconds),
        finish_reason=made.finish_reason,
    )
    record = call_summary(shown.original, summary)
    record.redaction_policy = shown.policy
    return record


def call_summary(call: Call, summary: Summary) -> CallSummary:
    """A summary together with its call's id."""
    return CallSummary(call_id=call.id, tenant=call.tenant, channel=call.channel, summary=summary)


def supplied_summary(call: Call) -> CallSummary:
    """The summary that was supplied with the call, unchanged."""
    made = call_summary(call, call.summary)
    made.summary.prompt_version = made.summary.prompt_version or SUPPLIED
    return made
