"""The adapters in one replica's engine: those of the routing tables, and those that left them until they are unused."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterable, Mapping
from pathlib import Path
from typing import Protocol

from arf.inference.ray_app.tables import Route, Table, routed
from arf.kit.errors import ArfError


class Engine(Protocol):
    """What is needed of an engine."""

    async def load(self, name: str) -> None:
        """Loads an adapter from the folder that `Residents.folder` gives. Raises ArfError."""

    async def unload(self, name: str) -> None:
        """Refuses new requests for an adapter, waits for those that run, and frees its place."""

    async def loaded(self) -> list[str]:
        """The adapters in the engine."""

    def running(self) -> set[str]:
        """The adapters that answer requests now."""


class Residents:
    """Keeps an engine's adapters as the routing tables have them. For one event loop.

    An adapter that left the tables is served on for calls in progress, until none has used it for `retire_after_s`; if
    its table was taken back, until its last request has ended.
    """

    def __init__(
        self,
        engine: Engine,
        tables: Callable[[], Mapping[str, Table]],
        copy: Callable[[Route], Path],
        retire_after_s: float,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """`tables` reads the tables, and `copy` gives the checked folder of a route's adapter or raises ArfError."""
        self._engine, self._tables, self._copy = engine, tables, copy
        self._retire_after_s, self._clock = retire_after_s, clock
        self._folders: dict[str, Path] = {}
        self._used: dict[str, float] = {}
        self._owner: dict[str, str] = {}
        self._leaving: set[str] = set()
        self._lock = asyncio.Lock()

    async def folder(self, name: str) -> Path | None:
        """Where the engine finds an adapter that a request names; None if it is in no table."""
        if name not in self._folders and (route := routed(dict(self._tables())).get(name)) is not None:
            # A table may be newer than the last look at it.
            self._folders[name] = await asyncio.to_thread(self._copy, route)
        return None if name in self._leaving else self._folders.get(name)

    async def load(self, routes: Iterable[Route]) -> dict[str, str]:
        """Loads adapters, whether in a table or not; for each that cannot be loaded, why."""
        failed: dict[str, str] = {}
        async with self._lock:
            for route in routes:
                try:
                    self._folders[route.name] = await asyncio.to_thread(self._copy, route)
                    self._leaving.discard(route.name)
                    await self._engine.load(route.name)
                except ArfError as error:
                    self._folders.pop(route.name, None)
                    failed[route.name] = error.message
                else:
                    self._used[route.name] = self._clock()
        return failed

    async def loaded(self) -> list[str]:
        """The adapters in the engine."""
        return await self._engine.loaded()

    async def reconcile(self) -> dict[str, str]:
        """Loads what the tables name and removes what has retired; why an adapter of a table cannot be loaded."""
        tables = dict(self._tables())
        wanted, loaded = routed(tables), await self._engine.loaded()
        failed = await self.load(route for name, route in wanted.items() if name not in loaded)
        async with self._lock:
            now = self._clock()
            self._owner |= {route.name: key for key, table in tables.items() for route in table.routes}
            self._used |= dict.fromkeys(self._engine.running() | wanted.keys(), now)
            for name in self._folders.keys() - wanted.keys():
                table = tables.get(self._owner.get(name, ""))
                taken_back = table is not None and table.rollback
                if taken_back or now - self._used.setdefault(name, now) >= self._retire_after_s:
                    self._leaving.add(name)
                    await self._engine.unload(name)
                    self._folders.pop(name)
                    self._leaving.discard(name)
        return failed


async def keep(work: Callable[[], Awaitable[object]], every_s: float, told: Callable[[str], None]) -> None:
    """Repeats the work until it is cancelled; a failure is told and does not end it."""
    while True:
        try:
            await work()
        except Exception as error:  # noqa: BLE001  # it is told, and tried again
            told(f"{type(error).__name__}: {error}")
        await asyncio.sleep(every_s)
