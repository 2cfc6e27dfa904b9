"""Makes workers with metrics, trace spans and a memory of what is done."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Collection, Sequence
from contextlib import AbstractContextManager, closing
from dataclasses import replace
from pathlib import Path

from arf.kit import tracing
from arf.kit.bus.done import OutputLog
from arf.kit.bus.kinds.keyed import Keyed
from arf.kit.bus.kinds.keyed_stage import Change, KeyedStage
from arf.kit.bus.kinds.one_to_one import OneToOne
from arf.kit.bus.kinds.projection import Apply, Projection
from arf.kit.bus.loop import Worker
from arf.kit.bus.no_output import NoOutput
from arf.kit.bus.port import Bus, Record
from arf.kit.bus.stage import Handled, Pace, Stage
from arf.kit.errors import InvalidRecord
from arf.kit.metrics import Metrics
from arf.kit.private_files import private
from arf.kit.worker_metrics import PrometheusWorkerMetrics


class StageWorker:
    """A worker of a Stage that closes its memory of outputs when it ends. `stop` may be called from any thread."""

    def __init__(
        self,
        bus: Bus,
        stage: Stage,
        metrics: Metrics,
        loop: asyncio.AbstractEventLoop,
        pace: Pace,
        cache: Path | None = None,
    ) -> None:
        """The handler runs on `loop`. `cache` is the file of its memory; without one the output topic is read whole."""
        self._done = OutputLog(bus, stage.output, cache)
        measured = PrometheusWorkerMetrics(metrics, stage.name)
        self._worker = Worker(bus, OneToOne(_traced(stage), self._done, measured, loop, pace), measured, pace)

    def run(self) -> None:
        """Works until `stop`. Raises ArfError if topics are missing or differ in their partition counts."""
        try:
            self._worker.run()
        finally:
            self._done.close()

    def stop(self) -> None:
        """Makes `run` finish its current work and return."""
        self._worker.stop()


def projection_worker(bus: Bus, name: str, topics: Collection[str], apply: Apply, metrics: Metrics) -> Worker:
    """A worker that projects `topics` into tables; `name` is its consumer group."""
    measured, pace = PrometheusWorkerMetrics(metrics, name), Pace(batch=100, backoff_s=1.0)
    return Worker(bus, Projection(name, topics, apply, measured, pace), measured, pace)


def keyed_worker(bus: Bus, stage: KeyedStage, metrics: Metrics, loop: asyncio.AbstractEventLoop, pace: Pace) -> Worker:
    """A worker of a keyed stage, whose handler runs on `loop`."""

    async def handle(key: str, state: bytes | None, records: Sequence[Record], now: float) -> Change | NoOutput:
        with _spans(stage.name, records):
            return await stage.handler(key, state, records, now)

    measured = PrometheusWorkerMetrics(metrics, stage.name)
    return Worker(bus, Keyed(bus, replace(stage, handler=handle), measured, loop, pace), measured, pace)


def _traced(stage: Stage) -> Stage:
    """The stage with a trace span around each record that it handles."""

    async def handle(records: Sequence[Record]) -> Sequence[Handled]:
        with _spans(stage.name, records):
            return await stage.handler(records)

    return replace(stage, handler=handle)


def _spans(stage: str, records: Sequence[Record]) -> AbstractContextManager[object]:
    """A span for each record; that of a single record becomes the current one."""
    if len(records) == 1:
        return tracing.consuming(stage, records[0].headers)
    return tracing.consuming_together(stage, [record.headers for record in records])


def cache_file(folder: Path | None, name: str) -> Path | None:
    """The path of a SQLite cache in the folder, which is created; None without a folder.

    Raises InvalidRecord if it cannot be used.
    """
    if folder is None:
        return None
    path = folder / f"{name}.db"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with closing(sqlite3.connect(private(path))) as cache:
            cache.execute("PRAGMA journal_mode = WAL")
    except (OSError, sqlite3.Error) as error:
        raise InvalidRecord(f"CACHE_DIR: {path}", f"no usable cache: {error}; it may be removed any time") from error
    return path
