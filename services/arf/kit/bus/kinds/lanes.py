"""Takes up parked records: each tenant's of a partition stand in a lane, and are tried in order, beside all else.

The first of a lane tells for the rest while the tenant is held; once it goes on, as many are tried as fit the window.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Collection, Iterator, Mapping, Sequence
from concurrent.futures import Future

from arf.kit.bus.done import Done
from arf.kit.bus.parking import Parking
from arf.kit.bus.port import Slot
from arf.kit.bus.retries import Retries
from arf.kit.bus.stage import Handled
from arf.kit.bus.window import Lane, Parked, Repeated, Window, WindowEntry

Answers = tuple[Sequence[Handled], Sequence[str]]
"""The handler's outcomes, and the tenants for which a request for another record was answered."""


class Lanes:
    """The lanes of one stage's window, filled from what is parked. The worker's thread calls it."""

    def __init__(
        self,
        window: Window,
        depth: int,
        done: Done,
        retries: Retries,
        answers: Callable[[Sequence[WindowEntry]], Awaitable[Answers]],
        loop: asyncio.AbstractEventLoop,
    ) -> None:
        """`answers` runs on `loop`; at most `depth` records of a lane are tried at a time."""
        self.parking = Parking()
        self.trying: dict[Lane, tuple[list[WindowEntry], Future[Answers]]] = {}
        """The lanes whose records are being handled."""
        self._window, self._depth, self._done, self._retries = window, depth, done, retries
        self._answers, self._loop = answers, loop
        self._epochs: dict[Slot, int] = {}
        self._held = set[Lane]()

    def own(self, slot: Slot, epoch: int) -> None:
        """Begins to fill the lanes of a partition, whose parked records were restored."""
        self._epochs[slot] = epoch

    def keep(self, assignment: Mapping[Slot, int]) -> None:
        """Drops the lanes of partitions that are no longer held, or were lost and taken over again."""
        self.drop([slot for slot, epoch in self._epochs.items() if assignment.get(slot) != epoch])

    def drop(self, slots: Collection[Slot] | None = None) -> None:
        """Drops the lanes of partitions, or all; what is being handled is cancelled."""
        gone = set(self._epochs) if slots is None else set(slots)
        self.parking.drop(gone)
        for lane in [lane for lane in self.trying if lane[0] in gone]:
            self.trying.pop(lane)[1].cancel()
        self._held = {lane for lane in self._held if lane[0] not in gone}
        self._epochs = {slot: epoch for slot, epoch in self._epochs.items() if slot not in gone}

    def hold(self, lane: Lane) -> None:
        """From now on only the first of the lane is tried, until it goes on."""
        self._window.cut(lane)
        self._held.add(lane)

    def fill(self) -> None:
        """Puts each tenant's first parked records into its lane, once that is empty."""
        for slot, tenant in self.parking.tenants():
            if not self._window.lane((slot, tenant)):
                many = 1 if (slot, tenant) in self._held else self._depth
                for record in self.parking.first(slot, tenant, many):
                    item = self._window.add(record, self._epochs[slot], self._retries.answered(tenant), tenant)
                    if self._done.among(record.partition, [item.output_id]):
                        item.outcome = Repeated.REPEATED

    def tried(self) -> Iterator[tuple[list[WindowEntry], Answers]]:
        """The records whose handling has ended, with what came of it."""
        for lane, (items, future) in list(self.trying.items()):
            if future.done():
                del self.trying[lane]
                yield items, future.result()

    def start(self, now: float) -> None:
        """Has the handler try the records that are due, those of each lane by themselves."""
        due: dict[Lane, list[WindowEntry]] = {}
        for item in self._window.ready(now, parked=True):
            if item.place not in self.trying:
                due.setdefault(item.place, []).append(item)
        for lane, items in due.items():

            async def tried(items: Sequence[WindowEntry] = items) -> Answers:
                return await self._answers(items)

            self.trying[lane] = items, asyncio.run_coroutine_threadsafe(tried(), self._loop)

    def committed(self, items: Sequence[WindowEntry]) -> None:
        """Notes what was parked, and what was finished, and fills the lanes anew."""
        for item in items:
            if isinstance(item.outcome, Parked):
                self.parking.add(item.record)
            elif item.lane:
                self.parking.remove(item.record)
                self._held.discard(item.place)
        self.fill()
