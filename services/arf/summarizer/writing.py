"""Writes the student's summary of a call, finished or live: one implementation for both, with batch's prompt."""

from __future__ import annotations

import time
from collections import OrderedDict
from dataclasses import replace

from arf.inference.port import Model, profile_of
from arf.kit.threads import Runner
from arf.privacy.redaction.growing import GrowingRedaction
from arf.privacy.redaction.redactor import POLICY
from arf.summarising.shown import ShownCall, show
from arf.summarising.summary import summary_of, summary_request, written
from arf.summarizer.call_state import Question
from arf.tasks.base import Task
from arf.v1.live_pb2 import SummaryUpdate
from arf.v1.routing_table_pb2 import Route
from arf.v1.summary_pb2 import CallSummary
from arf.v1.transcript_pb2 import Call

_KEPT_MS = 30_000
"""As long as the key of a call is kept in memory by default."""


class SummaryWriter:
    """Asks the model for summaries. One per process; for one event loop."""

    def __init__(self, task: Task, model: Model, runner: Runner, *, redaction: bool, timeout_s: float) -> None:
        """Redaction runs on `runner`. `timeout_s` limits one attempt at the model."""
        self._task, self._model, self._runner = task, model, runner
        self._redaction, self._timeout_s = redaction, timeout_s
        self._growing: OrderedDict[tuple[str, str], tuple[GrowingRedaction, int]] = OrderedDict()
        """Of live calls, each with the time of its last use, the oldest first."""

    async def write(self, call: Call, route: Route, redaction: GrowingRedaction | None = None) -> CallSummary:
        """The summary of a call by the route's adapter: one attempt. `redaction` is that of a call that goes on.

        The engine sees placeholders for personal data, which the summary has no more. Its cached prefixes are reused
        within the call, and never by another tenant. Raises ModelFailed, or Unavailable if the model is away.
        """
        profile = await profile_of(self._model)
        shown = await self._runner.run(self._shown, call, redaction)
        asked = summary_request(self._task, self._task.student_prompt, shown, profile, route.adapter or None)
        request = replace(asked, session=f"{call.tenant}/{call.id}", cache_salt=call.tenant)
        reply = await self._model.complete(request, self._timeout_s)
        name = f"{self._model.name}+{route.adapter}" if route.adapter else self._model.name
        return summary_of(self._task, shown, written(request, reply, name))

    async def update(self, asked: Question) -> SummaryUpdate:
        """The summary of a live call. Raises as `write` does.

        A call that has ended is redacted as a whole, as in batch.
        """
        redaction = None if asked.ended else self._redaction_of(asked.call)
        text = (await self.write(asked.call, asked.route, redaction)).summary.text
        update = SummaryUpdate(text=text, fields=self._task.fields(text), adapter=asked.route.adapter)
        update.latency.FromMilliseconds(max(0, now_ms() - asked.arrived_ms))
        return update

    def _redaction_of(self, call: Call) -> GrowingRedaction:
        """The call's redaction so far. One that is not used for a while is dropped: it holds values of the call."""
        now, key = now_ms(), (call.tenant, call.id)
        while self._growing and next(iter(self._growing.values()))[1] < now - _KEPT_MS:
            self._growing.popitem(last=False)
        redaction, _ = self._growing.pop(key, (GrowingRedaction(), 0))
        self._growing[key] = redaction, now
        return redaction

    def _shown(self, call: Call, redaction: GrowingRedaction | None) -> ShownCall:
        if redaction is None or not self._redaction:
            return show(call, redaction=self._redaction)
        redacted = redaction.redact(call)
        return ShownCall(call, redacted.call, redacted.placeholders, policy=POLICY)


def now_ms() -> int:
    """The time in milliseconds since 1970."""
    return time.time_ns() // 1_000_000
