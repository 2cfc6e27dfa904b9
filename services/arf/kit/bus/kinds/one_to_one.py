"""A stage that makes one output from each record.

The handler runs on the service's event loop, before the transaction opens. Failures are handled here, the same for
every stage:

- the record is at fault (any ArfError but Unavailable): a dead letter, in the transaction that marks it as consumed;
- the dependency does not answer (Unavailable, and nothing else has succeeded since): the worker pauses, longer each
  time, and tries again;
- the record fails five times while the dependency answers others of its tenant, or by an unexpected exception: a dead
  letter too; when there are no others, the stage is asked whether it would answer one;
- the tenant lacks something (TenantHeld), the record has to wait (NoOutput.NOT_YET), or other tenants are answered and
  this one is not: the tenant's records are parked, in order, and those of others go on. Parked records are tried again,
  beside the others and less often each time, the first of each tenant telling for the rest.
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
from arf.kit.bus.ids import tenant_of
from arf.kit.bus.kinds.giving_up import note_given_up
from arf.kit.bus.kinds.lanes import Answers, Lanes
from arf.kit.bus.loop import Commit
from arf.kit.bus.no_output import NoOutput
from arf.kit.bus.parking import ending, parked_message
from arf.kit.bus.partitioner import partition_of
from arf.kit.bus.port import MAX_VALUE_BYTES, Bus, Lag, Message, Record, Slot, check_size
from arf.kit.bus.retries import Retries
from arf.kit.bus.stage import Handled, HandlerFailed, Pace, Stage, WorkerMetrics, answers_others, handled
from arf.kit.bus.window import Lane, Output, Parked, RecordOutcome, Repeated, Window, WindowEntry
from arf.kit.errors import ArfError, InvalidRecord, TenantHeld, Unavailable

logger = logging.getLogger(__name__)

_SILENT = 2
"""After so many tries without an answer a tenant's records are parked, if others are answered or stand behind them."""

_LOOK_S = 0.05
_NOT_YET = "something that it needs has not arrived"


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
        self._lanes = Lanes(self._window, self._pace.batch, done, self._retries, self._answers, loop)
        self._partitions = 0
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
        self._bus = bus
        bus.partitions(self._stage.dlq)
        wanted = self._partitions = bus.partitions(self._stage.output)
        for topic in (*self._stage.inputs, self._stage.parked):
            if (count := bus.partitions(topic)) != wanted:
                raise InvalidRecord("partitions", f"{topic} has {count}, but {self._stage.output} has {wanted}")

    def restore(self, slot: Slot, epoch: int) -> None:
        self._done.restore(slot.partition)
        self._lanes.parking.restore(slot, self._bus, self._stage.name, self._stage.parked)
        self._lanes.own(slot, epoch)

    def keep(self, assignment: Mapping[Slot, int]) -> None:
        self._window.keep(assignment)
        self._lanes.keep(assignment)

    def drop(self, slots: Collection[Slot] | None = None) -> None:
        self._window.drop(slots)
        self._lanes.drop(slots)

    def rest_s(self, now: float) -> float:
        return self._retries.rest_s(now)

    def capacity(self, now: float) -> int:
        return max(0, self._pace.batch - len(self._window.ready(now)))

    def full(self) -> Collection[Slot]:
        return self._window.full()

    def due(self, now: float) -> float | None:
        trying = self._lanes.trying
        times = [self._window.next_retry(besides=trying), now + _LOOK_S if trying else None]
        return min((at for at in times if at is not None), default=None)

    def admit(self, records: Sequence[Record], assignment: Mapping[Slot, int]) -> None:
        for record in records:
            epoch = assignment.get(record.slot)
            if epoch is None:
                continue
            tenant = tenant_of(record.key)
            item = self._window.add(record, epoch, self._retries.answered(tenant))
            if item.outcome is None and self._done.among(record.partition, [item.output_id]):
                item.outcome = Repeated.REPEATED
            if item.outcome is None and self._lanes.parking.holds(record.slot, tenant):
                self._park(item, "comes after records of its tenant that wait")
        self._lanes.fill()

    def work(self, now: float, pool: ThreadPoolExecutor) -> Future[None] | None:
        """Hands what is ready from the worker's thread to the service's event loop, where handlers run.

        Parked records are tried beside it: nobody waits for the tenant that they wait for.
        """
        for tried, answers in self._lanes.tried():
            self._judge(tried, *answers, rests=False)
        self._lanes.start(now)
        items = self._window.ready(now)[: self._pace.batch]
        return asyncio.run_coroutine_threadsafe(self._handle(items), self._loop) if items else None

    def decided(self) -> Commit | None:
        self._committing = items = self._window.decided()
        if not items:
            return None
        consumed = [item.record for item in items if not item.lane]
        holding = {item.record.slot: item.epoch for item in items if item.lane}
        return Commit(consumed, [m for item in items for m in self._messages(item)], holding)

    def committed(self, commit: Commit) -> None:
        items, self._committing = self._committing, []
        self._window.retire(items)
        for item in items:
            if isinstance(item.outcome, Output):
                self._done.add(item.record.partition, [item.output_id])
        note_given_up(self._stage.name, items, self._metrics)
        if repeated := sum(isinstance(item.outcome, Repeated) for item in items):
            self._metrics.repeated(repeated)
        self._lanes.committed(items)

    def lag_every_s(self) -> float:
        return self._pace.lag_s

    def note_lag(self, lags: Sequence[Lag], asked: float) -> None:
        """Ignores the lag."""

    async def _handle(self, items: Sequence[WindowEntry]) -> None:
        """Calls the handler on the records, and decides their outcomes."""
        self._judge(items, *await self._answers(items))

    async def _answers(self, items: Sequence[WindowEntry]) -> Answers:
        """The handler's outcomes, and the tenants for which a request for another record was answered.

        If all of them were tried before, only that tells a fault of theirs from an outage. It goes first: a dependency
        that recovers may admit a single request, and that should not be a record at fault.
        """
        failed = [item.record for item in items if item.failed]
        again = bool(failed) and all(item.not_before for item in items)
        others = again and await answers_others(self._stage.name, self._stage.answers, failed[0])
        outcomes = await handled(self._stage, [item.record for item in items], self._metrics)
        return outcomes, [tenant_of(failed[0].key)] if others else []

    def _judge(
        self, items: Sequence[WindowEntry], outcomes: Sequence[Handled], others: Sequence[str], *, rests: bool = True
    ) -> None:
        # First of all: whether a record is at fault depends on the outcomes of the others.
        pairs = list(zip(items, outcomes, strict=True))
        answered = [*others, *(tenant_of(item.record.key) for item, outcome in pairs if isinstance(outcome, Output))]
        away = [outcome for outcome in outcomes if isinstance(outcome, Unavailable)] if rests else []
        if self._retries.judged(answered, away):
            logger.warning("%s pauses: its dependency does not answer", self._stage.name)
        held: dict[Lane, str] = {}
        full = self._window.full()
        for item, outcome in pairs:
            place = item.record.slot, tenant_of(item.record.key)
            if isinstance(outcome, Output):
                item.outcome = self._checked(item, outcome)
            elif outcome is NoOutput.NOT_TRIED:
                self._retries.wait(item)
            elif outcome is NoOutput.NOT_YET or isinstance(outcome, TenantHeld):
                self._retries.wait(item)
                held.setdefault(place, str(outcome) if isinstance(outcome, ArfError) else _NOT_YET)
            elif isinstance(outcome, NoOutput):
                item.outcome = outcome
            else:
                self._metrics.failed(outcome.code.value)
                again = isinstance(outcome, Unavailable | HandlerFailed)
                item.outcome = self._retries.failed(item, outcome) if again else outcome
                if not item.lane and item.silent >= _SILENT and (item.others or item.record.slot in full):
                    held.setdefault(place, outcome.message)
        for (slot, tenant), reason in held.items():
            self._hold(slot, tenant, reason)

    def _hold(self, slot: Slot, tenant: str, reason: str) -> None:
        """Parks the tenant's records; of those that are parked already, only the first is tried from now on."""
        if not self._lanes.parking.holds(slot, tenant):
            logger.warning("%s: records of tenant %s wait: %s", self._stage.name, tenant, reason)
        for item in self._window.held_back(slot, tenant):
            self._park(item, reason)
        self._lanes.hold((slot, tenant))

    def _park(self, item: WindowEntry, reason: str) -> None:
        """Decides that a record is parked; one for which the bus has no place becomes a dead letter."""
        record, item.outcome = item.record, Parked(reason)
        if partition_of(record.key, self._partitions) != record.partition:
            item.outcome = InvalidRecord("key", "it belongs in another partition, and cannot wait in this one")
        try:
            check_size(parked_message(self._stage.parked, self._stage.name, record, reason))
        except InvalidRecord as error:
            item.outcome = error

    def _messages(self, item: WindowEntry) -> list[Message]:
        ends = [ending(self._stage.parked, self._stage.name, item.record)] if item.lane else []
        return [*self._outputs(item), *ends]

    def _outputs(self, item: WindowEntry) -> list[Message]:
        if isinstance(item.outcome, Parked):
            return [parked_message(self._stage.parked, self._stage.name, item.record, item.outcome.reason)]
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
