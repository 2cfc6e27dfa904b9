"""The loop of every worker: membership, polling while work runs, commits, pauses, lag, a watchdog, an orderly end.

What is done with the records is up to a kind of worker, one of `arf.kit.bus.kinds`:

- `one_to_one`: one output from each record, for stages;
- `keyed`: many records in, any number of outputs out, and a state for each key;
- `projection`: rows in tables.

Work runs elsewhere, on the service's event loop or in a thread; meanwhile this thread keeps the membership.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from typing import Any, Protocol

from arf.kit.bus.port import Bus, Consumer, Lag, Message, PartitionsLost, Record, Slot
from arf.kit.bus.stage import Pace, WorkerMetrics
from arf.kit.bus.watchdog import watched
from arf.kit.errors import ArfError, Unavailable

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Commit:
    """What to commit together: finished records, messages to publish, and partitions that must still be held."""

    consumed: Sequence[Record]
    produced: Sequence[Message]
    holding: Mapping[Slot, int] = field(default_factory=dict)


class WorkerKind(Protocol):
    """What a worker does with records. The loop's thread calls all methods but `restore`, which has its own."""

    @property
    def group(self) -> str:
        """The consumer group."""
        ...

    @property
    def inputs(self) -> Collection[str]:
        """The topics to read."""
        ...

    def check(self, bus: Bus) -> None:
        """Raises ArfError if topics are missing or differ in their partition counts."""
        ...

    def restore(self, slot: Slot, epoch: int) -> None:
        """Loads what is known of a partition that was taken over; called in a thread. Raises Unavailable."""
        ...

    def keep(self, assignment: Mapping[Slot, int]) -> None:
        """Drops what belongs to partitions that are no longer held, or were lost and taken over again."""
        ...

    def drop(self, slots: Collection[Slot] | None = None) -> None:
        """Drops what belongs to `slots`, or everything; their records come again, if at all, after `restore`."""
        ...

    def rest_s(self, now: float) -> float:
        """Seconds to pause for, since a dependency does not answer; 0 for none."""
        ...

    def capacity(self, now: float) -> int:
        """How many more records it can take."""
        ...

    def full(self) -> Collection[Slot]:
        """The partitions that can take no more records for now."""
        ...

    def due(self, now: float) -> float | None:
        """When there is work without new records: now if that is past, None if there is none."""
        ...

    def admit(self, records: Sequence[Record], assignment: Mapping[Slot, int]) -> None:
        """Takes polled records; their partitions are held and restored."""
        ...

    def work(self, now: float, pool: ThreadPoolExecutor) -> Future[None] | None:
        """Starts the work there is, on another thread; None if there is none."""
        ...

    def decided(self) -> Commit | None:
        """What can be committed now."""
        ...

    def committed(self, commit: Commit) -> None:
        """Notes that a commit succeeded."""
        ...

    def lag_every_s(self) -> float:
        """Seconds between two measurements of the lag."""
        ...

    def note_lag(self, lags: Sequence[Lag], asked: float) -> None:
        """Notes the lag, measured at the time `asked` of the clock."""
        ...


class Worker:
    """One member of a consumer group. `run` works in one thread until `stop` is called from another."""

    def __init__(
        self,
        bus: Bus,
        kind: WorkerKind,
        metrics: WorkerMetrics,
        pace: Pace | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._bus = bus
        self._kind = kind
        self._metrics = metrics
        self._pace = pace or Pace()
        self._clock = clock
        self._stopping = threading.Event()
        self._restored: dict[Slot, int] = {}
        self._lag: Future[list[Lag]] | None = None
        self._lag_asked = float("-inf")
        self._steps = 0

    def stop(self) -> None:
        """Makes `run` finish and commit its current work, leave the group and return."""
        self._stopping.set()

    def run(self) -> None:
        """Works until `stop`. Raises ArfError if topics are missing or do not fit together, or the bus refuses."""
        self._kind.check(self._bus)
        consumer = self._bus.consumer(self._kind.group, self._kind.inputs)
        with ThreadPoolExecutor(2, thread_name_prefix=self._kind.group) as pool:
            try:
                with watched(self._kind.group, lambda: self._steps):
                    while not self._stopping.is_set():
                        self._step(consumer, pool)
            finally:
                self._kind.drop()
                consumer.close()

    def _step(self, consumer: Consumer, pool: ThreadPoolExecutor) -> None:
        self._steps += 1
        self._report_lag(consumer, pool)
        now = self._clock()
        if rest_s := self._kind.rest_s(now):
            consumer.poll(0, min(self._pace.poll_s, rest_s))
            self._kind.keep(consumer.assignment())
            return
        polled = consumer.poll(self._kind.capacity(now), self._wait_s(now), self._kind.full())
        held = consumer.assignment()
        try:
            self._take_over(consumer, pool)
        except Unavailable as error:
            logger.warning("%s: cannot restore its partitions: %s", self._kind.group, error)
            self._start_over(consumer)
            return
        # Partitions that were lost and regained meanwhile are polled again.
        self._kind.admit(polled, dict(held.items() & consumer.assignment().items()))
        if (work := self._kind.work(self._clock(), pool)) is not None:
            self._meanwhile(consumer, work)
            self._kind.keep(consumer.assignment())
        self._commit(consumer)

    def _wait_s(self, now: float) -> float:
        """How long to poll for: until other work is due."""
        due = self._kind.due(now)
        return self._pace.poll_s if due is None else max(0.0, min(self._pace.poll_s, due - now))

    def _take_over(self, consumer: Consumer, pool: ThreadPoolExecutor) -> None:
        """Restores newly assigned partitions, those assigned during the restore included."""
        while new := [(s, e) for s, e in sorted(consumer.assignment().items()) if self._restored.get(s) != e]:
            self._kind.keep(consumer.assignment())
            for slot, epoch in new:
                self._meanwhile(consumer, pool.submit(self._kind.restore, slot, epoch))
                self._restored[slot] = epoch

    def _meanwhile(self, consumer: Consumer, work: Future[Any]) -> None:
        """Keeps the group membership alive until `work` has ended. Raises what it raised."""
        while not wait([work], timeout=0.2).done:
            consumer.poll(0, 0.05)
            self._steps += 1
        work.result()

    def _commit(self, consumer: Consumer) -> None:
        if (commit := self._kind.decided()) is None:
            return
        try:
            consumer.commit(commit.consumed, commit.produced, commit.holding)
        except PartitionsLost as error:
            logger.warning("%s: dropping uncommitted work: %s", self._kind.group, error)
            self._kind.drop(error.slots)
            for slot in error.slots:
                self._restored.pop(slot, None)
        except Unavailable as error:
            logger.warning("%s: commit: %s", self._kind.group, error)
            self._start_over(consumer)
        else:
            self._kind.committed(commit)

    def _start_over(self, consumer: Consumer) -> None:
        """Rewinds to what is committed, however long the bus takes to say it; uncommitted work is repeated."""
        self._kind.drop()
        self._restored.clear()
        while not self._stopping.is_set():
            self._steps += 1
            try:
                consumer.rewind()
                return
            except Unavailable as error:
                logger.warning("%s: rewind: %s", self._kind.group, error)
                self._stopping.wait(self._pace.backoff_s)

    def _report_lag(self, consumer: Consumer, pool: ThreadPoolExecutor) -> None:
        if self._lag is not None and self._lag.done():
            try:
                held = consumer.assignment()
                lags = [lag for lag in self._lag.result() if lag.slot in held]
                self._metrics.lag(lags)
                self._kind.note_lag(lags, self._lag_asked)
            except ArfError as error:
                logger.warning("%s: lag: %s", self._kind.group, error)
            self._lag = None
        if self._lag is None and self._clock() >= self._lag_asked + self._kind.lag_every_s():
            self._lag_asked = self._clock()
            self._lag = pool.submit(self._bus.lag, self._kind.group, list(self._kind.inputs))
