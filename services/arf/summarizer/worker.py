"""The live stage: events of calls in, their summaries out, with the state of each call sealed in the changelog."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from google.protobuf.message import Message

from arf.calls.records import short_name
from arf.flow import CALLS, LIVE, LIVE_CALLS, SUMMARIZER
from arf.kit.bus.headers import KIND
from arf.kit.bus.ids import split_call_key
from arf.kit.bus.kinds.keyed_stage import Change, KeyedOutput, KeyedStage
from arf.kit.bus.no_output import NoOutput
from arf.kit.bus.port import Record
from arf.kit.errors import InvalidRecord
from arf.kit.metrics import Metrics
from arf.kit.server.parsing import validate
from arf.kit.threads import Runner
from arf.privacy.masking.calls import mask_call
from arf.privacy.seal import Forgotten
from arf.privacy.sealed_records import Seals, opened, sealed_for_call, unsealed
from arf.summarizer import metrics as names
from arf.summarizer.call_state import CallState
from arf.summarizer.refreshes import Refreshes
from arf.summarizer.schedule import Pacing, timers_ms
from arf.summarizer.segments import transcript
from arf.summarizer.tables import Tables
from arf.v1.events_pb2 import Sealed
from arf.v1.live_pb2 import LiveCall, LiveCallState, LiveEvent, SummaryUpdate, UpdateKind

_NO_HEADERS: Mapping[str, str] = {}


@dataclass(slots=True)
class _Turn:
    """What one turn of a call made."""

    state: CallState
    updates: list[SummaryUpdate] = field(default_factory=list)
    changed: bool = False


class LiveHandler:
    """Handles the events, answers and timers of live calls."""

    def __init__(
        self, refreshes: Refreshes, seals: Seals, tables: Tables, pacing: Pacing, runner: Runner, metrics: Metrics
    ) -> None:
        """States are opened and sealed on `runner`, since reading keys blocks."""
        self._refreshes, self._seals, self._tables = refreshes, seals, tables
        self._pacing, self._runner = pacing, runner
        self._updates, self._latency = metrics.counter(names.UPDATES), metrics.histogram(names.LATENCY_SECONDS)
        self._late, self._refused = metrics.counter(names.LATE_SEGMENTS), metrics.counter(names.REFUSED)
        metrics.gauge(names.FINALS_OVERDUE).set_function(refreshes.overdue)

    def stage(self) -> KeyedStage:
        """The stage that it handles."""
        return KeyedStage(
            SUMMARIZER.stage, SUMMARIZER.input, [LIVE, CALLS], LIVE_CALLS, self, background=self._refreshes
        )

    async def __call__(self, key: str, kept: bytes | None, records: Sequence[Record], now: float) -> Change | NoOutput:
        """The call's next state and its updates; a call that was forgotten is dropped with all that waits for it."""
        now_ms = round(now * 1000)
        try:
            turn = await self._runner.run(self._opened, key, kept, records)
            self._answered(key, turn, now_ms)
            if not turn.changed:
                return NoOutput.PASSED_BY
            if turn.state.expired(now_ms):
                return Change(None)
            return await self._runner.run(self._change, turn, now_ms, asked=self._refreshes.asked(key) is not None)
        except Forgotten:
            self._refreshes.drop(key)
            return NoOutput.PASSED_BY if kept is None else Change(None)

    def _opened(self, key: str, kept: bytes | None, records: Sequence[Record]) -> _Turn:
        """The call with the events of the records."""
        if (named := split_call_key(key)) is None:
            raise InvalidRecord("key", "is not that of a call")
        known = None if kept is None else unsealed(self._seals, LiveCallState.FromString(kept).call, key, LiveCall)
        turn = _Turn(CallState(*named, self._pacing, known), changed=not records)
        late = turn.state.kept.late_segments
        for record in records:
            event = opened(self._seals, record, LiveEvent)
            validate(event)
            begun = event.start.call_id if event.HasField("start") else event.call_id
            if (event.tenant, event.call_id, begun) != (*named, named[1]) or event.WhichOneof("event") is None:
                raise InvalidRecord("value", "is not an event of the call that its key names")
            turn.changed |= turn.state.apply(event, record.timestamp_ms)
        self._late.inc(turn.state.kept.late_segments - late)
        return turn

    def _answered(self, key: str, turn: _Turn, now_ms: int) -> None:
        """Takes the call's answer, if there is one, and asks what is due."""
        state = turn.state
        if (answer := self._refreshes.take(key)) is not None:
            turn.changed = True
            self._refused.inc(answer.summary is None)
            self._add(turn, state.answered(answer, now_ms))
        state.tick(now_ms)
        question = state.question(now_ms, self._tables(state.tenant), asked=self._refreshes.asked(key))
        if question is None:
            return
        turn.changed = True
        if (settled := state.settled(question)) is not None:
            self._add(turn, state.answered(settled, now_ms))
        else:
            self._refreshes.ask(key, question)

    def _add(self, turn: _Turn, update: SummaryUpdate | None) -> None:
        if update is not None:
            turn.updates.append(update)
            kind = short_name(UpdateKind.DESCRIPTOR, update.kind)
            self._updates.labels(kind).inc()
            self._latency.labels(kind).observe(update.latency.ToMilliseconds() / 1000)

    def _change(self, turn: _Turn, now_ms: int, *, asked: bool) -> Change:
        """The sealed state and outputs: the updates, and with a final one or a correction the call's transcript."""
        state = turn.state
        outputs = [
            self._output(LIVE, state, update, {KIND: short_name(UpdateKind.DESCRIPTOR, update.kind)})
            for update in turn.updates
        ]
        if any(update.kind != UpdateKind.UPDATE_KIND_PARTIAL for update in turn.updates):
            call = transcript(state.tenant, state.call_id, state.kept.start, state.kept.segments.values())
            if call.turns:
                outputs.append(self._output(CALLS, state, mask_call(call)))
        value = LiveCallState(
            phase=state.phase, since_ms=state.since_ms, call=self._sealed(state, state.kept)
        ).SerializeToString()
        return Change(value, outputs, [at / 1000 for at in timers_ms(state.kept, now_ms, self._pacing, asked=asked)])

    def _output(
        self, topic: str, state: CallState, message: Message, headers: Mapping[str, str] = _NO_HEADERS
    ) -> KeyedOutput:
        value = self._sealed(state, message).SerializeToString()
        return KeyedOutput(topic, value, message.DESCRIPTOR.full_name, headers)

    def _sealed(self, state: CallState, message: Message) -> Sealed:
        return sealed_for_call(self._seals, state.tenant, state.call_id, message)
