"""A projection: records in, table rows out, offsets committed after the rows.

A record may come again after a crash, so writing must be idempotent. While rows cannot be written the worker pauses,
longer each time, and retries.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor

from arf.kit.bus.loop import Commit
from arf.kit.bus.port import Bus, Lag, Record, Slot
from arf.kit.bus.retries import Retries
from arf.kit.bus.stage import Pace, WorkerMetrics
from arf.kit.errors import Unavailable

logger = logging.getLogger(__name__)

Apply = Callable[[Sequence[Record]], None]
"""Writes records to tables, and deals with bad ones itself. Raises Unavailable if it cannot write now."""


class Projection:
    """Runs a projection as a WorkerKind; `name` is its consumer group."""

    def __init__(
        self,
        name: str,
        topics: Collection[str],
        apply: Apply,
        metrics: WorkerMetrics,
        pace: Pace,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._name = name
        self._topics = topics
        self._apply = apply
        self._metrics = metrics
        self._pace = pace
        self._retries = Retries(pace, clock)
        self._waiting: list[tuple[Record, int]] = []
        self._written = False

    @property
    def group(self) -> str:
        return self._name

    @property
    def inputs(self) -> Collection[str]:
        return self._topics

    def check(self, bus: Bus) -> None:
        for topic in self._topics:
            bus.partitions(topic)

    def restore(self, slot: Slot, epoch: int) -> None:
        """Does nothing: what was written is in the tables."""

    def keep(self, assignment: Mapping[Slot, int]) -> None:
        self._waiting = [(record, epoch) for record, epoch in self._waiting if assignment.get(record.slot) == epoch]

    def drop(self, slots: Collection[Slot] | None = None) -> None:
        self._waiting = [] if slots is None else [held for held in self._waiting if held[0].slot not in slots]

    def rest_s(self, now: float) -> float:
        return self._retries.rest_s(now)

    def capacity(self, now: float) -> int:
        return max(0, self._pace.batch - len(self._waiting))

    def full(self) -> Collection[Slot]:
        return ()

    def due(self, now: float) -> float | None:
        return now if self._waiting else None

    def admit(self, records: Sequence[Record], assignment: Mapping[Slot, int]) -> None:
        self._waiting += [(record, assignment[record.slot]) for record in records if record.slot in assignment]

    def work(self, now: float, pool: ThreadPoolExecutor) -> Future[None] | None:
        """Writes in a thread, since databases block."""
        return pool.submit(self._write, [record for record, _ in self._waiting]) if self._waiting else None

    def decided(self) -> Commit | None:
        return Commit([record for record, _ in self._waiting], []) if self._written and self._waiting else None

    def committed(self, commit: Commit) -> None:
        self._waiting = []

    def lag_every_s(self) -> float:
        return self._pace.lag_s

    def note_lag(self, lags: Sequence[Lag], asked: float) -> None:
        """Ignores the lag."""

    def _write(self, records: Sequence[Record]) -> None:
        begun = time.monotonic()
        self._written = False
        try:
            self._apply(records)
            self._written = True
        except Unavailable as error:
            logger.warning("%s waits: %s", self._name, error)
            self._metrics.failed(error.code.value)
            self._retries.judged([], [error])
        else:
            self._retries.judged([""], [])
            self._metrics.processed(len(records), time.monotonic() - begun)
