"""The state of one live call: events go in, summaries of it are asked for and become its updates.

It is a pure function of the events, their times of arrival and the answers; arf.summarizer.worker keeps it in the log.
"""

from __future__ import annotations

from dataclasses import dataclass

from arf.summarizer import segments
from arf.summarizer.routing import route
from arf.summarizer.schedule import Pacing, ends_ms, has_final, phase, refresh_ms
from arf.v1.live_pb2 import (
    EndReason,
    LiveCall,
    LiveEvent,
    LivePhase,
    Segment,
    SummaryUpdate,
    UpdateKind,
)
from arf.v1.routing_table_pb2 import Route, RoutingTable
from arf.v1.transcript_pb2 import Call

_HEARD_EVERY_MS = 5_000
"""Partial segments only show that a call goes on; so often that is noted."""


@dataclass(frozen=True, slots=True)
class Question:
    """Asks for the summary of a call as it was at one version."""

    call: Call
    version: int
    covered_through: str
    arrived_ms: int
    """When the newest segment of it arrived."""
    ended: bool
    route: Route


@dataclass(frozen=True, slots=True)
class Answer:
    """What a question got: text, fields, adapter and latency of a summary; None if the model refuses to write it."""

    question: Question
    summary: SummaryUpdate | None


class CallState:
    """One live call."""

    def __init__(self, tenant: str, call_id: str, pacing: Pacing, kept: LiveCall | None = None) -> None:
        """`kept` is what an earlier CallState of this call ended with; without one the call begins."""
        self.tenant, self.call_id, self._pacing = tenant, call_id, pacing
        self.kept = LiveCall() if kept is None else kept

    def apply(self, event: LiveEvent, at_ms: int) -> bool:
        """Applies an event that arrived then; returns whether the state changed. The same event again is a no-op."""
        call, segment = self.kept, event.segment if event.HasField("segment") else None
        partial = segment is not None and not segment.is_final
        if partial and at_ms < call.heard_ms + _HEARD_EVERY_MS:
            return False
        call.begun_ms = call.begun_ms or at_ms
        call.heard_ms = max(call.heard_ms, at_ms)
        if call.closed_ms or (call.ended_ms and at_ms > call.ended_ms + self._pacing.lateness_ms):
            call.late_segments += segment is not None and not partial
        elif segment is not None:
            self._heard(segment, at_ms)
        elif event.HasField("start") and not call.HasField("start"):
            call.start.CopyFrom(event.start)
        elif event.HasField("end"):
            self._end(event.end.reason or EndReason.END_REASON_COMPLETED, at_ms)
        return True

    def tick(self, now_ms: int) -> None:
        """Ends a call of which nothing was heard for long, and drops the text of one that nothing changes any more."""
        call, ends = self.kept, ends_ms(self.kept, self._pacing)
        if ends is None or now_ms < ends:
            return
        if not call.ended_ms:
            self._end(EndReason.END_REASON_TIMEOUT, now_ms)
        elif not call.closed_ms and not call.waiting_ms:
            call.closed_ms = now_ms
            call.ClearField("start")
            call.segments.clear()
            call.update.CopyFrom(SummaryUpdate(kind=call.update.kind, revision=call.update.revision))

    @property
    def phase(self) -> LivePhase:
        """How far the call is."""
        return phase(self.kept)

    @property
    def since_ms(self) -> int:
        """Since when it is that far."""
        return self.kept.closed_ms or self.kept.ended_ms or self.kept.begun_ms

    def expired(self, now_ms: int) -> bool:
        """Whether the call was closed so long ago that it need not be remembered."""
        return bool(self.kept.closed_ms) and now_ms >= self.kept.closed_ms + self._pacing.remembered_ms

    def question(self, now_ms: int, table: RoutingTable, *, asked: int | None) -> Question | None:
        """What to ask now, if a summary is due. `asked` is the version that is asked about already, if any.

        Then it is a newer question, as soon as the call has changed since.
        """
        call = self.kept
        due = refresh_ms(call, self._pacing)
        if due is None or asked == call.version or (now_ms < due and asked is None):
            return None
        route(call, self.call_id, table)
        call.asked_ms = now_ms
        order = segments.in_order(call.segments.values())
        through = order[-1].segment_id if order else ""
        told = segments.transcript(self.tenant, self.call_id, call.start, order)
        return Question(told, call.version, through, call.changed_ms, bool(call.ended_ms), call.route)

    def settled(self, question: Question) -> Answer | None:
        """The answer, if it needs no model: nothing is said, or the newest summary covers all of it."""
        if not question.call.turns:
            return Answer(question, SummaryUpdate())
        if self.kept.update.revision and self.kept.covered_version == question.version:
            return Answer(question, self.kept.update)
        return None

    def answered(self, answer: Answer, now_ms: int) -> SummaryUpdate | None:
        """The update that an answer becomes; None if it is out of date, or a refusal while the call goes on.

        If the model refuses to summarise a call that has ended, the newest summary becomes the final one: its
        `covered_through` says how far it goes.
        """
        call, asked = self.kept, answer.question
        if call.closed_ms or asked.version < call.covered_version:
            return None
        current = asked.version == call.version
        final = bool(call.ended_ms) and not has_final(call) and (asked.ended or current)
        if call.waiting_ms:
            call.waiting_ms = 0 if current else call.changed_ms
        if answer.summary is None and not final:
            return None
        kind = UpdateKind.UPDATE_KIND_CORRECTION if has_final(call) else UpdateKind.UPDATE_KIND_PARTIAL
        update, revision = SummaryUpdate(), call.update.revision + 1
        update.CopyFrom(answer.summary or call.update)
        if answer.summary is not None:
            update.covered_through, call.covered_version = asked.covered_through, asked.version
        update.call_id, update.revision = self.call_id, revision
        update.kind = UpdateKind.UPDATE_KIND_FINAL if final else kind
        call.update.CopyFrom(update)
        return update

    def _heard(self, segment: Segment, at_ms: int) -> None:
        call = self.kept
        newest = max((known.end_ms for known in call.segments.values()), default=0)
        if segments.take(call.segments, segment):
            call.late_segments += newest - segment.end_ms > self._pacing.lateness_ms
            call.version += 1
            call.changed_ms = at_ms
            call.waiting_ms = call.waiting_ms or at_ms

    def _end(self, reason: EndReason, at_ms: int) -> None:
        if not self.kept.ended_ms:
            self.kept.ended_ms, self.kept.end_reason = at_ms, reason
