"""Blocking work leaves the loop alone, keeps to its bound, and sees its caller's context."""

from __future__ import annotations

import asyncio
import threading
from contextvars import ContextVar

import pytest

from arf.kit.threads import Threads

NAME: ContextVar[str] = ContextVar("NAME")


def test_no_more_run_at_a_time_than_there_are_threads() -> None:
    lock, running, most = threading.Lock(), 0, 0
    together = threading.Barrier(2)

    def work() -> None:
        nonlocal running, most
        with lock:
            running += 1
            most = max(most, running)
        together.wait(timeout=30)
        with lock:
            running -= 1

    async def main() -> None:
        threads = Threads(2, "test")
        await asyncio.gather(*(threads.run(work) for _ in range(6)))
        await threads.close()

    asyncio.run(main())
    assert most == 2


def test_what_waits_is_not_begun_when_its_caller_gives_up() -> None:
    begun: list[str] = []
    hold, started = threading.Event(), threading.Event()

    def first() -> None:
        started.set()
        hold.wait(timeout=30)

    async def main() -> None:
        threads = Threads(1, "test")
        one = asyncio.create_task(threads.run(first))
        await asyncio.to_thread(started.wait, 30)
        two = asyncio.create_task(threads.run(begun.append, "two"))
        await asyncio.sleep(0)
        two.cancel()
        # Before the thread is free: a cancelled task gives up what it waits for in the loop's next round.
        with pytest.raises(asyncio.CancelledError):
            await two
        hold.set()
        await one
        await threads.run(begun.append, "three")
        await threads.close()

    asyncio.run(main())
    assert begun == ["three"]


def test_the_callers_context_and_what_is_raised_come_through() -> None:
    def work() -> None:
        raise ValueError(NAME.get())

    async def main() -> None:
        NAME.set("call c1")
        threads = Threads(1, "test")
        with pytest.raises(ValueError, match="call c1"):
            await threads.run(work)
        await threads.close()

    asyncio.run(main())
