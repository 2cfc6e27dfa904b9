"""The loop of every worker: membership, polling while work runs, commits, pauses, lag, a watchdog, an orderly end.

What is done with the records is the business of a kind, one of `arf.kit.bus.kinds`:

- `one_to_one`: one output of each record, for stages;
- `keyed`: many records in, any number of outputs out, and a state by key;
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
    """What is to be committed together: records done, messages made, and the partitions that must still be held."""

    consumed: Sequence[Record]
    produced: Sequence[Message]
    holding: Mapping[Slot, int] = field(default_factory=dict)


class WorkerKind(Protocol):
    """What a worker does with records. All is called by the loop's thread, but `restore` and the work itself."""

    @property
    def group(self) -> str:
        """The consumer group."""
        ...

    @property
    def inputs(self) -> Collection[str]:
        """The topics that are read."""
        ...

    def check(self, bus: Bus) -> None:
        """Raises ArfError if topics are missing or not partitioned alike."""
        ...

    def restore(self, slot: Slot, epoch: int) -> None:
        """Reads what is known of a partition that was taken over, in a thread. Raises Unavailable."""
        ...

    def keep(self, assignment: Mapping[Slot, int]) -> None:
        """Drops what belongs to partitions that are not held any more, or were taken over anew."""
        ...

    def drop(self, slots: Collection[Slot] | None = None) -> None:
        """Drops what belongs to `slots`, or all: it comes again, if at all, after `restore`."""
        ...

    def rest_s(self, now: float) -> float:
        """For how long nothing is to be taken or worked at, since a dependency does not answer."""
        ...

    def capacity(self, now: float) -> int:
        """How many more records it takes."""
        ...

    def full(self) -> Collection[Slot]:
        """The partitions that take no more records for now."""
        ...

    def due(self, now: float) -> float | None:
        """When there is something to do without new records: at once if that is past, None if there is nothing."""
        ...

    def admit(self, records: Sequence[Record], assignment: Mapping[Slot, int]) -> None:
        """Takes what was polled, of partitions that are held and restored."""
        ...

    def work(self, now: float, pool: ThreadPoolExecutor) -> Future[None] | None:
        """Begins what there is to do, elsewhere; None if there is nothing."""
        ...

    def decided(self) -> Commit | None:
        """What may be committed now."""
        ...

    def committed(self, commit: Commit) -> None:
        """Takes note that it was."""
        ...

    def lag_every_s(self) -> float:
        """How often it wants to know the lag."""
        ...

    def note_lag(self, lags: Sequence[Lag], asked: float) -> None:
        """Takes note of the lag, which was asked for at that time of the clock."""
        ...


class Worker:
    """One member of a group, for one thread: `run` works until `stop` is called from any other."""

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
        """Lets the worker finish what it is at, commit it, and leave the group."""
        self._stopping.set()

    def run(self) -> None:
        """Works until `stop`. Raises ArfError if topics are missing or not partitioned alike, or the bus refuses."""
        self._kind.check(self._bus)
        consumer = self._bus.consumer(self._kind.group, self._kind.inputs)
        with ThreadPoolExecutor(2, thread_name_prefix=self._kind.group) as pool:
            try:
                with watched(self._kind.group, lambda: self._steps):
                    while not self._stopping.is_set():
                        self._step(consumer, pool)
            finally:
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
            logger.warning("%s: what was done cannot be read: %s", self._kind.group, error)
            self._start_over(consumer)
            return
        # What went and came back meanwhile is polled again.
        self._kind.admit(polled, dict(held.items() & consumer.assignment().items()))
        if (work := self._kind.work(self._clock(), pool)) is not None:
            self._meanwhile(consumer, work)
            self._kind.keep(consumer.assignment())
        self._commit(consumer)

    def _wait_s(self, now: float) -> float:
        """How long to poll for: until there is something to do anyway."""
        due = self._kind.due(now)
        return self._pace.poll_s if due is None else max(0.0, min(self._pace.poll_s, due - now))

    def _take_over(self, consumer: Consumer, pool: ThreadPoolExecutor) -> None:
        """Restores the partitions that came since, also those that come while others are restored."""
        while new := [(s, e) for s, e in sorted(consumer.assignment().items()) if self._restored.get(s) != e]:
            self._kind.keep(consumer.assignment())
            for slot, epoch in new:
                self._meanwhile(consumer, pool.submit(self._kind.restore, slot, epoch))
                self._restored[slot] = epoch

    def _meanwhile(self, consumer: Consumer, work: Future[Any]) -> None:
        """Keeps the membership until the work has ended. Raises what it raised."""
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
            logger.warning("%s: work is void: %s", self._kind.group, error)
            self._kind.drop(error.slots)
            for slot in error.slots:
                self._restored.pop(slot, None)
        except Unavailable as error:
            logger.warning("%s: commit: %s", self._kind.group, error)
            self._start_over(consumer)
        else:
            self._kind.committed(commit)

    def _start_over(self, consumer: Consumer) -> None:
        """Back to what is committed, however long the bus takes to say it; what was done is done again."""
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
