"""Ends the process of a worker whose loop hangs, so that others take over its partitions, as after a crash.

A bus client may wait for an answer that never comes while its own thread keeps sending heartbeats. No lag shows it,
since the worker that would measure it is the one that hangs.
"""

from __future__ import annotations

import logging
import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

logger = logging.getLogger(__name__)

EVERY_S = 5.0
CHECKS = 60
"""Five minutes in all: longer than a bus may take to end a transaction or to raise Unavailable."""


def end_process(name: str) -> None:
    """Ends the process at once; uncommitted records come again."""
    logger.critical("%s hangs: ending the process", name)
    os._exit(1)


@contextmanager
def watched(
    name: str,
    steps: Callable[[], int],
    *,
    every_s: float = EVERY_S,
    checks: int = CHECKS,
    end: Callable[[str], None] = end_process,
) -> Iterator[None]:
    """Calls `end` once `steps` has returned the same number `checks` times in a row, every `every_s` seconds.

    Checks are counted rather than time, so that a process that was suspended is not taken for one that hangs.
    """
    over = threading.Event()

    def watch() -> None:
        last, still = steps(), 0
        while not over.wait(every_s):
            now = steps()
            last, still = now, (still + 1 if now == last else 0)
            if still >= checks:
                end(name)
                return

    watcher = threading.Thread(target=watch, name=f"watchdog-{name}", daemon=True)
    watcher.start()
    try:
        yield
    finally:
        over.set()
        watcher.join()
