"""A stage with a state for each key: many records in, any number of outputs out.

A key's new state, its outputs and the offsets of its records are committed in one transaction. A worker that takes a
partition over reads its states from the changelog (docs/adr/0010). The handler is called with all waiting records of a
key, in order, and never twice at a time for one key; other keys go on meanwhile.

Failures are handled as in `one_to_one`, key by key: when several records fail together each is tried by itself, and
one at fault becomes a dead letter that leaves the state unchanged. A timer that fails is retried without limit, and so
is the turn that takes a result of background work. An event that arrives twice takes effect once, for as long as its
key has a state that remembers it.

A timer fires only after all records that were published before the partition was taken over: otherwise a timer that
is overdue after a crash would fire before records that had arrived in time.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial

from arf.kit.bus import dlq
from arf.kit.bus.ids import tenant_of
from arf.kit.bus.kinds.giving_up import note_given_up
from arf.kit.bus.kinds.keyed_changes import Changes, Turn
from arf.kit.bus.kinds.keyed_stage import Change, KeyedStage
from arf.kit.bus.kinds.keyed_state import States
from arf.kit.bus.kinds.keyed_turns import HeldPartition, Turns
from arf.kit.bus.loop import Commit
from arf.kit.bus.no_output import NoOutput
from arf.kit.bus.partitioner import partition_of
from arf.kit.bus.port import Bus, Lag, Message, Record, Slot
from arf.kit.bus.retries import Retries
from arf.kit.bus.stage import HandlerFailed, Pace, WorkerMetrics, answers_others, outcome_of
from arf.kit.bus.window import Repeated, Taken, Window, WindowEntry
from arf.kit.errors import ArfError, InvalidRecord, TenantHeld, Unavailable

logger = logging.getLogger(__name__)

_CATCHING_UP_S = 1.0


class Keyed:
    """Runs a KeyedStage as a WorkerKind."""

    def __init__(
        self,
        bus: Bus,
        stage: KeyedStage,
        metrics: WorkerMetrics,
        loop: asyncio.AbstractEventLoop,
        pace: Pace | None = None,
        clock: Callable[[], float] = time.monotonic,
        calendar: Callable[[], float] = time.time,
    ) -> None:
        """The handler runs on `loop`; timers use `calendar`, in seconds since 1970, pauses use `clock`."""
        self._stage = stage
        self._metrics = metrics
        self._loop = loop
        self._pace = pace or Pace()
        self._clock = clock
        self._calendar = calendar
        self._window = Window(stage.name, self._pace.batch)
        self._states = States(bus, stage.changelog)
        self._changes = Changes(stage, self._states)
        self._retries = Retries(self._pace, clock)
        self._turns = Turns(self._window, self._states, calendar, stage)
        self._partitions = 0
        self._asked = 0
        self._drained = False
        self._committing: list[WindowEntry] = []

    @property
    def group(self) -> str:
        return self._stage.name

    @property
    def inputs(self) -> Collection[str]:
        return [self._stage.input]

    def check(self, bus: Bus) -> None:
        """The changelog must be partitioned like the input: a state moves with its records."""
        self._partitions = bus.partitions(self._stage.input)
        if (count := bus.partitions(self._stage.changelog)) != self._partitions:
            reason = f"{self._stage.changelog} has {count}, but {self._stage.input} has {self._partitions}"
            raise InvalidRecord("partitions", reason)
        for topic in (*self._stage.outputs, self._stage.dlq):
            bus.partitions(topic)

    def restore(self, slot: Slot, epoch: int) -> None:
        held = HeldPartition(epoch, self._clock(), self._calendar() * 1000)
        self._states.restore(slot.partition)
        self._turns.held[slot] = held

    def keep(self, assignment: Mapping[Slot, int]) -> None:
        self.drop([slot for slot, held in self._turns.held.items() if assignment.get(slot) != held.epoch])
        self._window.keep(assignment)

    def drop(self, slots: Collection[Slot] | None = None) -> None:
        gone = set(self._turns.held) if slots is None else set(slots)
        self._window.drop(slots)
        self._changes.drop(gone)
        self._states.drop({slot.partition for slot in gone})
        self._turns.drop(gone)

    def rest_s(self, now: float) -> float:
        return self._retries.rest_s(now)

    def capacity(self, now: float) -> int:
        self._asked = max(0, self._pace.batch - sum(len(turn.items) for turn in self._turns.of_records(now)))
        return self._asked

    def full(self) -> Collection[Slot]:
        return self._window.full()

    def due(self, now: float) -> float | None:
        return self._turns.due(now)

    def admit(self, records: Sequence[Record], assignment: Mapping[Slot, int]) -> None:
        self._drained = len(records) < self._asked
        for record in records:
            if (held := self._turns.held.get(record.slot)) is None or assignment.get(record.slot) != held.epoch:
                continue
            held.caught_up |= record.timestamp_ms >= held.since_ms
            item = self._window.add(record, held.epoch, self._retries.answered(tenant_of(record.key)))
            if item.outcome is None and partition_of(record.key, self._partitions) != record.partition:
                item.outcome = InvalidRecord("key", "it belongs in another partition, with its key's state")

    def work(self, now: float, pool: ThreadPoolExecutor) -> Future[None] | None:
        """Hands ready records from the worker's thread to the service's event loop, where handlers run."""
        turns = self._turns.of_records(now) + self._turns.of_background(now)
        if self._drained:
            turns += self._turns.of_timers(now, {turn.key for turn in turns})
        return asyncio.run_coroutine_threadsafe(self._take(turns), self._loop) if turns else None

    def decided(self) -> Commit | None:
        items, produced, slots = self._changes.decided(self._window.decided())
        self._committing = items
        letters = [message for item in items for message in self._letters(item)]
        if not items and not produced:
            return None
        holding = {slot: self._turns.held[slot].epoch for slot in slots}
        return Commit([item.record for item in items], [*produced, *letters], holding)

    def committed(self, commit: Commit) -> None:
        items, self._committing = self._committing, []
        self._changes.committed()
        self._window.retire(items)
        note_given_up(self._stage.name, items, self._metrics)
        if repeated := sum(isinstance(item.outcome, Repeated) for item in items):
            self._metrics.repeated(repeated)

    def lag_every_s(self) -> float:
        return self._pace.lag_s if all(held.caught_up for held in self._turns.held.values()) else _CATCHING_UP_S

    def note_lag(self, lags: Sequence[Lag], asked: float) -> None:
        """Notes partitions without lag: all that was published before they were taken over has been handled."""
        for lag in lags:
            if (held := self._turns.held.get(lag.slot)) is not None and lag.records == 0 and asked >= held.since:
                held.caught_up = True

    async def _take(self, turns: Sequence[Turn]) -> None:
        """Calls the handler for each turn, and decides the outcomes.

        As in `one_to_one`, when all of them were tried before, the stage is first asked whether it answers others.
        """
        failed = [turn.items[0].record for turn in turns if turn.items and turn.items[0].failed]
        again = bool(failed) and all(self._turns.waiting(turn).not_before for turn in turns)
        others = again and await answers_others(self._stage.name, self._stage.answers, failed[0])
        outcomes = await asyncio.gather(*(self._called(turn) for turn in turns))
        pairs = list(zip(turns, outcomes, strict=True))
        answered = [tenant_of(turn.key) for turn, outcome in pairs if isinstance(outcome, Change)]
        if others:
            answered.append(tenant_of(failed[0].key))
        if self._retries.judged(answered, [outcome for outcome in outcomes if isinstance(outcome, Unavailable)]):
            logger.warning("%s pauses: its dependency does not answer", self._stage.name)
        for turn, outcome in pairs:
            self._judge(turn, outcome)

    async def _called(self, turn: Turn) -> Change | NoOutput | ArfError:
        begun = self._clock()
        state = self._states.get(turn.slot.partition, turn.key)
        records, turn.now = [item.record for item in turn.items], self._calendar()
        handle = partial(self._stage.handler, turn.key, None if state is None else state.value, records, turn.now)
        outcome = await outcome_of(self._stage.name, handle)
        self._metrics.processed(len(records), self._clock() - begun)
        return outcome

    def _judge(self, turn: Turn, outcome: Change | NoOutput | ArfError) -> None:
        if isinstance(outcome, Change):
            fault = self._changes.make(turn, outcome)
            if fault is None:
                self._turns.taken(turn)
                for item in turn.items:
                    item.outcome = Taken.TAKEN
                return
            outcome = fault
        if isinstance(outcome, ArfError) and not isinstance(outcome, TenantHeld):
            self._failed(turn, outcome)
        elif outcome is NoOutput.PASSED_BY and turn.items:
            for item in turn.items:
                item.outcome = outcome
        else:
            self._retries.wait(self._turns.waiting(turn))

    def _failed(self, turn: Turn, error: ArfError) -> None:
        self._metrics.failed(error.code.value)
        if not turn.items:
            logger.warning(
                "%s: a turn without records failed and will be retried: %s", self._stage.name, error.code.value
            )
            self._retries.wait(self._turns.waiting(turn))
            return
        head = turn.items[0]
        several = len(turn.items) > 1
        again = isinstance(error, Unavailable) or (isinstance(error, HandlerFailed) and not several)
        given_up = self._retries.failed(head, error) if again else error
        if given_up is None:
            return
        if not several:
            head.outcome = given_up
            return
        # One of them is at fault: each is tried by itself.
        head.attempts, head.not_before = 0, 0.0
        for item in turn.items:
            item.alone = True

    def _letters(self, item: WindowEntry) -> list[Message]:
        if not isinstance(item.outcome, ArfError):
            return []
        name, topic = self._stage.name, self._stage.dlq
        return [dlq.letter(topic, name, item.record, item.event_id, item.outcome, item.attempts)]
