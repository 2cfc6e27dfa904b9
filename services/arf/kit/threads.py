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
    """Where blocking work is done: in threads beside the event loop, or in place."""

    async def run(self, work: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        """What `work` returns or raises."""


class InPlace:
    """A Runner for a program that has nothing else to do meanwhile: work is done at once, by whoever asks for it."""

    async def run(self, work: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        """What `work` returns or raises."""
        return work(*args, **kwargs)


class Threads:
    """At most `count` pieces of work at a time; more wait in order, and are not begun if their caller gives them up."""

    def __init__(self, count: int, name: str) -> None:
        self._pool = ThreadPoolExecutor(count, thread_name_prefix=name)

    async def run(self, work: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        """What `work` returns or raises. It sees the caller's context, so that its logs name the call and the trace."""
        context = contextvars.copy_context()
        return await asyncio.wrap_future(self._pool.submit(lambda: context.run(work, *args, **kwargs)))

    async def close(self) -> None:
        """Waits for what runs, which may itself need the loop; what waits is not begun."""
        await asyncio.to_thread(self._pool.shutdown, cancel_futures=True)
