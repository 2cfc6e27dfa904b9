"""A stage that makes one output from each record.

The handler runs on the service's event loop, before the transaction opens. Failures are handled here, the same for
every stage:

- the record is at fault (any ArfError but Unavailable): a dead letter, in the transaction that marks it as consumed;
- the dependency does not answer (Unavailable, and nothing else has succeeded since): the worker pauses, longer each
  time, and tries again;
- the record fails five times while the dependency answers others, or by an unexpected exception: a dead letter too;
  when there are no others, the stage is asked whether it would answer one;
- the record has to wait (NoOutput.NOT_YET): it is retried for as long as its handler says so, and holds up its own
  partition alone.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor

from arf.kit.bus import dlq
from arf.kit.bus.done import Done
from arf.kit.bus.headers import EVENT_ID, SCHEMA
from arf.kit.bus.kinds.giving_up import note_given_up
from arf.kit.bus.loop import Commit
from arf.kit.bus.no_output import NoOutput
from arf.kit.bus.port import MAX_VALUE_BYTES, Bus, Lag, Message, Record, Slot, check_size
from arf.kit.bus.retries import Retries
from arf.kit.bus.stage import Handled, HandlerFailed, Pace, Stage, WorkerMetrics, answers_others, handled
from arf.kit.bus.window import Output, RecordOutcome, Repeated, Window, WindowEntry
from arf.kit.errors import ArfError, InvalidRecord, Unavailable

logger = logging.getLogger(__name__)


class OneToOne:
    """Runs a Stage as a WorkerKind."""

    def __init__(
        self,
        stage: Stage,
        done: Done,
        metrics: WorkerMetrics,
        loop: asyncio.AbstractEventLoop,
        pace: Pace | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """The handler runs on `loop`, which must keep running until the worker has ended."""
        self._stage = stage
        self._done = done
        self._metrics = metrics
        self._loop = loop
        self._pace = pace or Pace()
        self._window = Window(stage.name, self._pace.batch)
        self._retries = Retries(self._pace, clock)
        self._clock = clock
        self._committing: list[WindowEntry] = []

    @property
    def group(self) -> str:
        return self._stage.name

    @property
    def inputs(self) -> Collection[str]:
        return self._stage.inputs

    def check(self, bus: Bus) -> None:
        """The output must be partitioned like the input: a held partition's outputs say what is done."""
        bus.partitions(self._stage.dlq)
        wanted = bus.partitions(self._stage.output)
        for topic in self._stage.inputs:
            if (count := bus.partitions(topic)) != wanted:
                raise InvalidRecord("partitions", f"{topic} has {count}, but {self._stage.output} has {wanted}")

    def restore(self, slot: Slot, epoch: int) -> None:
        self._done.restore(slot.partition)

    def keep(self, assignment: Mapping[Slot, int]) -> None:
        self._window.keep(assignment)

    def drop(self, slots: Collection[Slot] | None = None) -> None:
        self._window.drop(slots)

    def rest_s(self, now: float) -> float:
        return self._retries.rest_s(now)

    def capacity(self, now: float) -> int:
        return max(0, self._pace.batch - len(self._window.ready(now)))

    def full(self) -> Collection[Slot]:
        return self._window.full()

    def due(self, now: float) -> float | None:
        return now if self._window.ready(now) else self._window.next_retry()

    def admit(self, records: Sequence[Record], assignment: Mapping[Slot, int]) -> None:
        for record in records:
            epoch = assignment.get(record.slot)
            if epoch is None:
                continue
            item = self._window.add(record, epoch, self._retries.answered)
            if item.outcome is None and self._done.among(record.partition, [item.output_id]):
                item.outcome = Repeated.REPEATED

    def work(self, now: float, pool: ThreadPoolExecutor) -> Future[None] | None:
        """Hands what is ready from the worker's thread to the service's event loop, where handlers run."""
        items = self._window.ready(now)[: self._pace.batch]
        return asyncio.run_coroutine_threadsafe(self._handle(items), self._loop) if items else None

    def decided(self) -> Commit | None:
        self._committing = items = self._window.decided()
        if not items:
            return None
        return Commit([item.record for item in items], [m for item in items for m in self._messages(item)])

    def committed(self, commit: Commit) -> None:
        items, self._committing = self._committing, []
        self._window.retire(items)
        for item in items:
            if isinstance(item.outcome, Output):
                self._done.add(item.record.partition, [item.output_id])
        note_given_up(self._stage.name, items, self._metrics)
        if repeated := sum(isinstance(item.outcome, Repeated) for item in items):
            self._metrics.repeated(repeated)

    def lag_every_s(self) -> float:
        return self._pace.lag_s

    def note_lag(self, lags: Sequence[Lag], asked: float) -> None:
        """Ignores the lag."""

    async def _handle(self, items: Sequence[WindowEntry]) -> None:
        """Calls the handler on the records, and decides their outcomes.

        If all of them were tried before, only a request for another record tells a fault of theirs from an outage. It
        goes first: a dependency that recovers may admit a single request, and that should not be a record at fault.
        """
        failed = [item.record for item in items if item.failed]
        again = bool(failed) and all(item.not_before for item in items)
        others = int(again and await answers_others(self._stage.name, self._stage.answers, failed[0]))
        self._judge(items, await handled(self._stage, [item.record for item in items], self._metrics), others)

    def _judge(self, items: Sequence[WindowEntry], outcomes: Sequence[Handled], others: int) -> None:
        # First of all: whether a record is at fault depends on the outcomes of the others.
        answered = others + sum(isinstance(outcome, Output) for outcome in outcomes)
        if self._retries.judged(answered, [outcome for outcome in outcomes if isinstance(outcome, Unavailable)]):
            logger.warning("%s pauses: its dependency does not answer", self._stage.name)
        for item, outcome in zip(items, outcomes, strict=True):
            if isinstance(outcome, Output):
                item.outcome = self._checked(item, outcome)
            elif outcome is NoOutput.NOT_YET:
                self._retries.wait(item)
            elif isinstance(outcome, NoOutput):
                item.outcome = outcome
            else:
                self._metrics.failed(outcome.code.value)
                again = isinstance(outcome, Unavailable | HandlerFailed)
                item.outcome = self._retries.failed(item, outcome) if again else outcome

    def _messages(self, item: WindowEntry) -> list[Message]:
        if isinstance(item.outcome, Output):
            return [self._message(item, item.outcome)]
        if isinstance(item.outcome, ArfError):
            name, topic = self._stage.name, self._stage.dlq
            return [dlq.letter(topic, name, item.record, item.event_id, item.outcome, item.attempts)]
        return []

    def _message(self, item: WindowEntry, output: Output) -> Message:
        headers = {**dlq.own_headers(item.record), EVENT_ID: item.output_id, SCHEMA: output.schema}
        return Message(self._stage.output, item.record.key, output.value, headers)

    def _checked(self, item: WindowEntry, output: Output) -> RecordOutcome:
        """The output, or why the bus would refuse it; checked here since a commit is all or nothing."""
        if len(output.value) > MAX_VALUE_BYTES:
            return InvalidRecord("output", f"{len(output.value):,} bytes are more than {MAX_VALUE_BYTES:,}")
        try:
            check_size(self._message(item, output))
        except InvalidRecord as error:
            return error
        return output
