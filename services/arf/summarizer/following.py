"""Follows the updates of live calls in the log, for the streams of this process."""

from __future__ import annotations

import asyncio
import logging
from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from arf.flow import LIVE
from arf.kit.bus.partitioner import partition_of
from arf.kit.bus.port import Bus, Record
from arf.kit.errors import ArfError
from arf.kit.threads import Runner
from arf.privacy.sealed_records import Seals, opened
from arf.summarizer.writing import now_ms
from arf.v1.live_pb2 import SummaryUpdate
from arf.v1.summarizer_service_pb2 import Ack

logger = logging.getLogger(__name__)

Updates = asyncio.Queue[SummaryUpdate | Ack | Exception | None]
"""What a stream is told: its call's updates from here; from itself what was appended or failed, and None at its end."""

_BACK_MS = 5_000
"""How far back to begin reading: what was committed since then may have begun before."""


class UpdateFeed:
    """One reader of the log for all streams that follow calls here. For one event loop."""

    def __init__(self, bus: Bus, seals: Seals, runner: Runner, every_s: float = 0.015) -> None:
        """It looks for new records every `every_s` seconds, while anybody follows a call."""
        self._bus, self._seals, self._runner, self._every_s = bus, seals, runner, every_s
        self._followers: dict[str, list[Updates]] = defaultdict(list)
        self._next: dict[int, int] = {}
        self._reading: asyncio.Task[None] | None = None

    @contextmanager
    def follow(self, key: str) -> Iterator[Updates]:
        """The updates of a call that are committed from now on, and some from just before; an error ends them."""
        queue: Updates = asyncio.Queue()
        self._followers[key].append(queue)
        if self._reading is None:
            self._reading = asyncio.create_task(self._read())
        try:
            yield queue
        finally:
            self._followers[key].remove(queue)
            if not self._followers[key]:
                del self._followers[key]

    async def close(self) -> None:
        """Ends the reading."""
        if self._reading is not None:
            self._reading.cancel()
            await asyncio.gather(self._reading, return_exceptions=True)

    async def _read(self) -> None:
        try:
            while self._followers:
                partitions = {partition_of(key, self._bus.partitions(LIVE)) for key in self._followers}
                try:
                    found = await self._runner.run(self._new, partitions, frozenset(self._followers))
                except ArfError as error:
                    logger.warning("updates of live calls cannot be followed: %s", error.message)
                    found = [(key, error) for key in self._followers]
                for key, update in found:
                    for queue in self._followers.get(key, ()):
                        queue.put_nowait(update)
                await asyncio.sleep(self._every_s)
        finally:
            self._reading, self._next = None, {}

    def _new(self, partitions: set[int], keys: frozenset[str]) -> list[tuple[str, SummaryUpdate | ArfError]]:
        """What was committed since the last look."""
        missing = partitions - self._next.keys()
        if missing:
            begin = self._bus.offsets(LIVE, now_ms() - _BACK_MS)
            self._next |= {partition: begin[partition] for partition in missing}
        found = []
        for record in self._bus.read(LIVE, {partition: self._next[partition] for partition in partitions}):
            self._next[record.partition] = record.offset + 1
            if record.key in keys:
                found.append((record.key, update_of(self._seals, record)))
        return found


def update_of(seals: Seals, record: Record) -> SummaryUpdate | ArfError:
    """The update in a record, or why it does not open."""
    try:
        return opened(seals, record, SummaryUpdate)
    except ArfError as error:
        return error


def since(bus: Bus, topic: str, key: str, since_ms: int) -> Iterator[Record]:
    """The records of a key from a time on."""
    partition = partition_of(key, bus.partitions(topic))
    begin: Mapping[int, int] = {partition: bus.offsets(topic, since_ms)[partition]}
    return (record for record in bus.read(topic, begin) if record.key == key)
