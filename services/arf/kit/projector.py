"""Follows topics into tables: records in, rows out, offsets committed after the rows.

A record may come again after a crash: doing it again must change nothing.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Collection, Sequence

from arf.kit.bus.port import Bus, Consumer, PartitionsLost, Record
from arf.kit.bus.watchdog import watched
from arf.kit.errors import Unavailable

logger = logging.getLogger(__name__)

Apply = Callable[[Sequence[Record]], None]
"""Writes what records say, and deals itself with bad ones. Raises Unavailable where it cannot write now."""


class Projector:
    """One member of a projection's group, for one thread: `run` follows until `stop` is called from any other."""

    def __init__(
        self,
        bus: Bus,
        name: str,
        topics: Collection[str],
        apply: Apply,
        *,
        batch: int = 100,
        poll_s: float = 0.5,
        backoff_s: float = 1.0,
    ) -> None:
        self._bus = bus
        self._name = name
        self._topics = topics
        self._apply = apply
        self._batch = batch
        self._poll_s = poll_s
        self._backoff_s = backoff_s
        self._stopping = threading.Event()
        self._steps = 0

    def stop(self) -> None:
        """Lets it commit what it is at, and leave the group."""
        self._stopping.set()

    def run(self) -> None:
        """Follows until `stop`. Raises NotFound for a topic that does not exist."""
        consumer = self._bus.consumer(self._name, self._topics)
        try:
            with watched(self._name, lambda: self._steps):
                while not self._stopping.is_set():
                    self._steps += 1
                    if records := consumer.poll(self._batch, self._poll_s):
                        self._project(consumer, records)
        finally:
            consumer.close()

    def _project(self, consumer: Consumer, records: Sequence[Record]) -> None:
        try:
            self._apply(records)
            consumer.commit(records, [])
        except PartitionsLost as error:
            # Whoever has them now writes the same rows again.
            logger.warning("%s: %s", self._name, error)
            self._rewind(consumer)
        except Unavailable as error:
            logger.warning("%s waits: %s", self._name, error)
            self._stopping.wait(self._backoff_s)
            self._rewind(consumer)

    def _rewind(self, consumer: Consumer) -> None:
        while not self._stopping.is_set():
            self._steps += 1
            try:
                consumer.rewind()
                return
            except Unavailable as error:
                logger.warning("%s: %s", self._name, error)
                self._stopping.wait(self._backoff_s)
