"""A loop that stands still ends its process: others take over what it held, as after a crash.

A client of a bus may come to wait for an answer that never comes, while its own thread goes on sending heartbeats. No
lag tells of it, since the worker that would measure it is the one that waits.
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
"""Five minutes in all: more than a bus may take to settle a transaction or to say that it does not answer."""


def end_process(name: str) -> None:
    """Ends the process at once: what is committed stays, what is not comes again."""
    logger.critical("%s stands still: the process is ended", name)
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
    """Calls `end` once `steps` has said the same `checks` times in a row, asked every `every_s` seconds.

    Checks are counted, not time, so that a process that was stopped and woken is not taken for one that hangs.
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
