"""What a stage is: the topics it stands between, its handler, its pace, and what it tells of its work."""

from __future__ import annotations

import asyncio
import logging
import random
import time
import traceback
from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar

from arf.kit.bus.dlq import DLQ
from arf.kit.bus.no_output import NoOutput
from arf.kit.bus.port import Lag, Record
from arf.kit.bus.window import Output
from arf.kit.errors import ArfError, Unavailable

logger = logging.getLogger(__name__)

T = TypeVar("T")

_IN_A_ROW = 2

MAX_RETRY_AFTER_S = 180.0
"""The longest that a dependency's wish is heeded: what it says may be wrong, and nothing else of a partition moves."""

Handled = Output | NoOutput | ArfError

Handler = Callable[[Sequence[Record]], Awaitable[Sequence[Handled]]]
"""Makes of each record an output or says why not, in their order. What it raises concerns all of them.

It runs on the service's event loop: what blocks is for it to do in a thread.
"""

DependencyProbe = Callable[[Record], Awaitable[bool]]
"""Whether the handler would answer another record now: what it depends on is asked, for the record's tenant."""


class HandlerFailed(ArfError):
    """A handler raised what it should not have: the name and place of the exception, never its text."""


class WorkerMetrics(Protocol):
    """What a worker tells about itself; codes are those of arf.kit.errors."""

    def processed(self, count: int, seconds: float) -> None:
        """`count` records were handled in one go, successfully or not."""
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
        """The lag of the partitions that this worker holds."""
        ...


@dataclass(frozen=True, slots=True)
class Stage:
    """What a worker does: its name is its consumer group and part of its outputs' ids."""

    name: str
    inputs: Collection[str]
    output: str
    handler: Handler
    dlq: str = DLQ
    answers: DependencyProbe | None = None


@dataclass(frozen=True, slots=True)
class Pace:
    """How a worker takes its time; seconds."""

    batch: int = 16
    poll_s: float = 0.5
    backoff_s: float = 0.5
    max_backoff_s: float = 15.0
    max_attempts: int = 5
    lag_s: float = 15.0


async def handled(stage: Stage, records: Sequence[Record], metrics: WorkerMetrics) -> list[Handled]:
    """The outcomes of the stage's handler; when it raises, each record is tried alone, to find out which one it is."""
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
    """What the work comes to, or its error: an exception that nobody expected becomes HandlerFailed."""
    try:
        return await work()
    except ArfError as error:
        return error
    except (Exception, asyncio.CancelledError) as error:  # noqa: BLE001  # a bug is its record's failure alone
        place = traceback.extract_tb(error.__traceback__)[-1]
        logger.error("handler of %s:\n%s", stage, "".join(traceback.format_tb(error.__traceback__)))
        return HandlerFailed(f"{type(error).__name__} at {place.name}, line {place.lineno}")


async def answers_others(stage: str, answers: DependencyProbe | None, record: Record) -> bool:
    """Whether the stage says that it answers others than the record; false where it cannot tell."""
    if answers is None:
        return False
    try:
        return await answers(record)
    except Exception as error:  # noqa: BLE001  # whatever it is, it was no answer
        logger.warning("%s cannot tell whether others are answered: %s", stage, type(error).__name__)
        return False


async def _alone(stage: Stage, records: Sequence[Record], metrics: WorkerMetrics) -> list[Handled]:
    """The outcomes of the records, each handled by itself; once the dependency is away, the rest is left for later.

    It is taken to be away when it answers two in a row neither. In any order, so that it is not always the same two.
    """
    outcomes: list[Handled] = [NoOutput.NOT_YET] * len(records)
    away = 0
    for place in random.sample(range(len(records)), len(records)):
        (outcomes[place],) = await handled(stage, [records[place]], metrics)
        away = away + 1 if isinstance(outcomes[place], Unavailable) else 0
        if away == _IN_A_ROW:
            break
    return outcomes
