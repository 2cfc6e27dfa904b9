"""Defines a stage: its topics, handler, pace and metrics."""

from __future__ import annotations

import asyncio
import logging
import random
import time
import traceback
from collections import Counter
from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar

from arf.kit.bus.dlq import DLQ
from arf.kit.bus.ids import tenant_of
from arf.kit.bus.no_output import NoOutput
from arf.kit.bus.parking import PARKED
from arf.kit.bus.port import Lag, Record
from arf.kit.bus.window import Output
from arf.kit.errors import ArfError, Unavailable

logger = logging.getLogger(__name__)

T = TypeVar("T")

_IN_A_ROW = 2

MAX_RETRY_AFTER_S = 180.0
"""Longest Retry-After that is honoured: it may be wrong, and the whole partition waits for it."""

Handled = Output | NoOutput | ArfError

Handler = Callable[[Sequence[Record]], Awaitable[Sequence[Handled]]]
"""Returns for each record, in order, its output or why there is none. What it raises concerns all of them.

It runs on the service's event loop, so it must do blocking work in a thread.
"""

DependencyProbe = Callable[[Record], Awaitable[bool]]
"""Probes whether the handler's dependency answers now, for the record's tenant."""


class HandlerFailed(ArfError):
    """A handler raised an unexpected exception: its type and place, never its text."""


class WorkerMetrics(Protocol):
    """Metrics of a worker; codes are those of arf.kit.errors."""

    def processed(self, count: int, seconds: float) -> None:
        """`count` records were handled together, successfully or not."""
        ...

    def failed(self, code: str) -> None:
        """An attempt at a record failed."""
        ...

    def dead_lettered(self, code: str) -> None:
        """A record was committed as a dead letter."""
        ...

    def repeated(self, count: int) -> None:
        """Records were committed without an output, since their event id had one."""
        ...

    def lag(self, lags: Sequence[Lag]) -> None:
        """The lag of all partitions that this worker holds."""
        ...


@dataclass(frozen=True, slots=True)
class Stage:
    """A stage with one output for each record; its name is its consumer group and part of its outputs' ids."""

    name: str
    inputs: Collection[str]
    output: str
    handler: Handler
    dlq: str = DLQ
    answers: DependencyProbe | None = None
    parked: str = PARKED


@dataclass(frozen=True, slots=True)
class Pace:
    """Batch size and retry timing of a worker; times in seconds."""

    batch: int = 16
    poll_s: float = 0.5
    backoff_s: float = 0.5
    max_backoff_s: float = 15.0
    max_attempts: int = 5
    lag_s: float = 15.0


async def handled(stage: Stage, records: Sequence[Record], metrics: WorkerMetrics) -> list[Handled]:
    """The handler's outcomes; if it raises, each record is tried alone, to find out which is at fault."""
    begun = time.monotonic()

    async def handle() -> list[Handled]:
        outcomes = list(await stage.handler(records))
        if len(outcomes) != len(records):
            raise RuntimeError(f"{len(outcomes)} outcomes for {len(records)} records")
        return outcomes

    outcomes = await outcome_of(stage.name, handle)
    if isinstance(outcomes, ArfError):
        if len(records) > 1:
            return await _alone(stage, records, metrics)
        outcomes = [outcomes]
    metrics.processed(len(records), time.monotonic() - begun)
    return outcomes


async def outcome_of(stage: str, work: Callable[[], Awaitable[T]]) -> T | ArfError:
    """The result of the work, or its error: an unexpected exception becomes HandlerFailed."""
    try:
        return await work()
    except ArfError as error:
        return error
    except (Exception, asyncio.CancelledError) as error:  # noqa: BLE001  # a bug is its record's failure alone
        place = traceback.extract_tb(error.__traceback__)[-1]
        logger.error("handler of %s:\n%s", stage, "".join(traceback.format_tb(error.__traceback__)))
        return HandlerFailed(f"{type(error).__name__} at {place.name}, line {place.lineno}")


async def answers_others(stage: str, answers: DependencyProbe | None, record: Record) -> bool:
    """Whether the stage's probe says that other records would be answered; false if it cannot tell."""
    if answers is None:
        return False
    try:
        return await answers(record)
    except Exception as error:  # noqa: BLE001  # any failure means that there was no answer
        logger.warning("%s cannot tell whether others are answered: %s", stage, type(error).__name__)
        return False


async def _alone(stage: Stage, records: Sequence[Record], metrics: WorkerMetrics) -> list[Handled]:
    """The outcomes of the records, each handled alone; once a tenant gets no answer, its others are left for later.

    That is after two of its records in a row. In random order, so that it is not always the same two.
    """
    outcomes: list[Handled] = [NoOutput.NOT_TRIED] * len(records)
    away = Counter[str]()
    for place in random.sample(range(len(records)), len(records)):
        tenant = tenant_of(records[place].key)
        if away[tenant] < _IN_A_ROW:
            (outcomes[place],) = await handled(stage, [records[place]], metrics)
            away[tenant] = away[tenant] + 1 if isinstance(outcomes[place], Unavailable) else 0
    return outcomes
