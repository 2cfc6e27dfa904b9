"""Merges identical concurrent requests: the first one does the work, the others wait for its result."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

T = TypeVar("T")


class SingleFlight(Generic[T]):
    """Shared work by key. It is cancelled once nobody waits for it, not when the one who started it leaves."""

    def __init__(self) -> None:
        self._flights: dict[str, _Flight[T]] = {}

    async def do(self, key: str, work: Callable[[], Awaitable[T]]) -> tuple[T, bool]:
        """The result, and whether it came from work started by somebody else. All waiters get an error raised."""
        flight = self._flights.get(key)
        shared = flight is not None
        if flight is None:
            flight = self._flights[key] = _Flight(asyncio.ensure_future(self._flown(key, work)))
        flight.waiting += 1
        try:
            return await asyncio.shield(flight.task), shared
        finally:
            flight.waiting -= 1
            if not flight.waiting and not flight.task.done():
                del self._flights[key]
                flight.task.cancel()

    async def _flown(self, key: str, work: Callable[[], Awaitable[T]]) -> T:
        """Runs the work and frees its key before anybody sees the result, so that a later request starts new work."""
        task = asyncio.current_task()
        try:
            return await work()
        finally:
            flight = self._flights.get(key)
            if flight is not None and flight.task is task:
                del self._flights[key]


class _Flight(Generic[T]):
    def __init__(self, task: asyncio.Future[T]) -> None:
        self.task = task
        self.waiting = 0
