"""Blocking work off the event loop, on a bounded number of threads."""

from __future__ import annotations

import asyncio
import contextvars
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import ParamSpec, Protocol, TypeVar

P = ParamSpec("P")
T = TypeVar("T")


class Runner(Protocol):
    """Runs blocking work: in threads beside the event loop, or in place."""

    async def run(self, work: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        """Returns or raises what `work` does."""


class InPlace:
    """A Runner that runs work in the caller's thread, for programs that have nothing else to do meanwhile."""

    async def run(self, work: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        return work(*args, **kwargs)


class Threads:
    """Runs up to `count` pieces of work at a time; more wait in order, and are dropped if their caller is cancelled."""

    def __init__(self, count: int, name: str) -> None:
        self._pool = ThreadPoolExecutor(count, thread_name_prefix=name)

    async def run(self, work: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        """Returns or raises what `work` does. It sees the caller's context, so that its logs name call and trace."""
        context = contextvars.copy_context()
        return await asyncio.wrap_future(self._pool.submit(lambda: context.run(work, *args, **kwargs)))

    async def close(self) -> None:
        """Waits, without blocking the loop, for running work; waiting work is dropped."""
        await asyncio.to_thread(self._pool.shutdown, cancel_futures=True)
