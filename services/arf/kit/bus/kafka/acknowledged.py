"""Checks that acknowledged commits are still there: a broker may lose one (docs/adr/0009)."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Collection
from typing import NamedTuple

from arf.kit.bus.port import Slot

logger = logging.getLogger(__name__)

LOOK_S = 15.0
"""Seconds between two checks; a failed transaction is checked at once."""


class CommittedOffset(NamedTuple):
    """A partition's committed offset, with a mark that tells two commits of the same offset apart."""

    offset: int
    mark: int = 0


class Acknowledged:
    """The commits of one group member that the broker acknowledged."""

    def __init__(self) -> None:
        self._progress: dict[Slot, CommittedOffset] = {}
        self._look_at = time.monotonic() + LOOK_S

    def note(self, slot: Slot, progress: CommittedOffset) -> None:
        """Records an acknowledged commit."""
        self._progress[slot] = progress

    def clear(self) -> None:
        """Forgets all commits; called after a rewind, which reads from what is committed."""
        self._progress.clear()

    def due(self) -> bool:
        """Whether it is time for a check; true once every LOOK_S."""
        if time.monotonic() < self._look_at:
            return False
        self._look_at = time.monotonic() + LOOK_S
        return True

    def taken_back(
        self, committed: Callable[[Slot], CommittedOffset | None], held: Collection[Slot]
    ) -> dict[Slot, CommittedOffset | None]:
        """Partitions whose committed offset is behind the acknowledged one, reported once with that offset.

        Raises what `committed` raises; then nothing counts as reported. Partitions no longer `held` are checked until
        they are found correct: their next owner waits for that.
        """
        found = {slot: committed(slot) for slot in list(self._progress)}
        wrong = {slot: at for slot, at in found.items() if (at or CommittedOffset(0)) < self._progress[slot]}
        for slot, at in wrong.items():
            logger.warning("Kafka lost an acknowledged commit of %s: %s is %s", slot, self._progress[slot], at)
        self._progress = {slot: at for slot, at in self._progress.items() if slot in held and slot not in wrong}
        return wrong
