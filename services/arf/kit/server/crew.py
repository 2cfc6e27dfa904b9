"""Runs the workers of a process, each in a thread."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import structlog

from arf.kit.server.daemon import in_daemon
from arf.kit.server.service import ServiceWorker

logger = structlog.get_logger(__name__)


class WorkerThreads:
    """Starts workers, notices when one ends by itself, and stops them. For one event loop."""

    def __init__(self, workers: Sequence[ServiceWorker]) -> None:
        self._workers = tuple(workers)
        self._running: list[asyncio.Future[None]] = []

    def start(self) -> None:
        """Starts each worker in a thread of its own."""
        for number, worker in enumerate(self._workers):
            self._running.append(in_daemon(f"worker-{number}", worker.run))

    async def ended(self) -> None:
        """Returns when a worker has ended; never if there are none."""
        if self._running:
            await asyncio.wait(self._running, return_when=asyncio.FIRST_COMPLETED)
        else:
            await asyncio.Event().wait()

    async def stop(self, grace_s: float) -> bool:
        """Stops all workers and waits. Returns whether all ended in time, none by an exception."""
        for worker in self._workers:
            worker.stop()
        if not self._running:
            return True
        done, late = await asyncio.wait(self._running, timeout=grace_s)
        errors = [error for future in done if (error := future.exception()) is not None]
        for error in errors:
            logger.error("worker failed", exc_info=error)
        if late:
            logger.error("workers are still running: they are cut off", count=len(late))
        return not late and not errors
