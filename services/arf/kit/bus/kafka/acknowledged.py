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

    def taken_back(self, committed: Callable[[Slot], int | None], held: Collection[Slot]) -> dict[Slot, int | None]:
        """Partitions of which less is committed than was acknowledged, each told once with what is.

        Raises what `committed` raises, and then nothing counts as told. Those that are not `held` any more are looked
        at until they are found right: their next owner waits for that.
        """
        found = {slot: committed(slot) for slot in list(self._offsets)}
        wrong = {slot: at for slot, at in found.items() if (at or 0) < self._offsets[slot]}
        for slot, at in wrong.items():
            logger.warning("Kafka has taken back what was committed of %s: %d is %s", slot, self._offsets[slot], at)
        self._offsets = {slot: at for slot, at in self._offsets.items() if slot in held and slot not in wrong}
        return wrong
