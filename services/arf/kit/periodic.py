"""Periodic work in a thread of its own."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

from arf.kit.errors import Unavailable

logger = logging.getLogger(__name__)


class Periodic:
    """Repeats its work every `every_s` seconds from `run` until `stop`; Unavailable is logged and retried."""

    def __init__(self, name: str, work: Callable[[], object], every_s: float) -> None:
        self._name = name
        self._work = work
        self._every_s = every_s
        self._stopping = threading.Event()

    def run(self) -> None:
        """Works until `stop`. Any error but Unavailable ends it and is raised."""
        while not self._stopping.is_set():
            try:
                self._work()
            except Unavailable as error:
                logger.warning("%s: %s", self._name, error)
            self._stopping.wait(self._every_s)

    def stop(self) -> None:
        """Makes `run` finish its current work and return."""
        self._stopping.set()
