"""What a member was told is committed, held against what is: docs/adr/0009."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Collection
from typing import NamedTuple

from arf.kit.bus.port import Slot

logger = logging.getLogger(__name__)

LOOK_S = 15.0
"""How often a member looks, beside the times when a transaction has failed."""


class CommittedOffset(NamedTuple):
    """What is committed of a partition: the next offset, and a mark that tells commits of the same offset apart."""

    offset: int
    mark: int = 0


class Acknowledged:
    """What a member's commits were acknowledged with."""

    def __init__(self) -> None:
        self._progress: dict[Slot, CommittedOffset] = {}
        self._look_at = time.monotonic() + LOOK_S

    def note(self, slot: Slot, progress: CommittedOffset) -> None:
        """A commit was acknowledged."""
        self._progress[slot] = progress

    def clear(self) -> None:
        """Whoever reads goes by what is committed: nothing more is known."""
        self._progress.clear()

    def due(self) -> bool:
        """Whether it is time to look, once each LOOK_S."""
        if time.monotonic() < self._look_at:
            return False
        self._look_at = time.monotonic() + LOOK_S
        return True

    def taken_back(
        self, committed: Callable[[Slot], CommittedOffset | None], held: Collection[Slot]
    ) -> dict[Slot, CommittedOffset | None]:
        """Partitions of which less is committed than was acknowledged, each told once with what is.

        Raises what `committed` raises, and then nothing counts as told. Those that are not `held` any more are looked
        at until they are found right: their next owner waits for that.
        """
        found = {slot: committed(slot) for slot in list(self._progress)}
        wrong = {slot: at for slot, at in found.items() if (at or CommittedOffset(0)) < self._progress[slot]}
        for slot, at in wrong.items():
            logger.warning("Kafka has taken back what was committed of %s: %s is %s", slot, self._progress[slot], at)
        self._progress = {slot: at for slot, at in self._progress.items() if slot in held and slot not in wrong}
        return wrong
