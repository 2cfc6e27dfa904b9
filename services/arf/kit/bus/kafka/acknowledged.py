"""What a member was told is committed, held against what is: docs/adr/0009."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Collection

from arf.kit.bus.port import Slot

logger = logging.getLogger(__name__)

LOOK_S = 15.0
"""How often a member looks, beside the times when a transaction has failed."""


class Acknowledged:
    """The offsets that a member's commits were acknowledged with."""

    def __init__(self) -> None:
        self._offsets: dict[Slot, int] = {}
        self._look_at = time.monotonic() + LOOK_S

    def note(self, slot: Slot, offset: int) -> None:
        """A commit up to before `offset` was acknowledged."""
        self._offsets[slot] = offset

    def clear(self) -> None:
        """Whoever reads goes by what is committed: nothing more is known."""
        self._offsets.clear()

    def due(self) -> bool:
        """Whether it is time to look, once each LOOK_S."""
        if time.monotonic() < self._look_at:
            return False
        self._look_at = time.monotonic() + LOOK_S
        return True

    def taken_back(self, committed: Callable[[Slot], int | None], held: Collection[Slot]) -> set[Slot]:
        """Partitions of which less is committed than was acknowledged, told once; raises what `committed` raises.

        Those that are not `held` any more are looked at until they are found right: their next owner waits for that.
        """
        wrong = set()
        for slot, offset in list(self._offsets.items()):
            found = committed(slot) or 0
            if found >= offset and slot in held:
                continue
            del self._offsets[slot]
            if found < offset:
                logger.warning("Kafka has taken back what was committed of %s: %d is %d", slot, offset, found)
                wrong.add(slot)
        return wrong
