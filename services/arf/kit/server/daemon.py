"""Blocking work in daemon threads, which never keep a process from ending."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from typing import Any


def in_daemon(name: str, work: Callable[[], Any]) -> asyncio.Future[None]:
    """Runs `work` in a daemon thread; returns a future of the running loop with its result.

    Closing the loop would wait for its own executor, for ever if one call hangs.
    """
    loop = asyncio.get_running_loop()
    future: asyncio.Future[None] = loop.create_future()

    def settle(error: BaseException | None) -> None:
        if future.done():
            return
        if error is None:
            future.set_result(None)
        else:
            future.set_exception(error)

    def run() -> None:
        error: BaseException | None = None
        try:
            work()
        except BaseException as raised:  # noqa: BLE001  # passed on through the future
            error = raised
        try:
            loop.call_soon_threadsafe(settle, error)
        except RuntimeError:
            return  # the loop is closed: nobody is waiting

    threading.Thread(target=run, name=name, daemon=True).start()
    return future
