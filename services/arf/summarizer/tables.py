"""The routing tables, as the log has them."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable

from google.protobuf.message import DecodeError

from arf.flow import ADAPTERS
from arf.kit.bus.port import Bus
from arf.kit.errors import ArfError
from arf.v1.routing_table_pb2 import Route, RoutingTable

logger = logging.getLogger(__name__)

Tables = Callable[[str], RoutingTable]
"""The newest routing table of a tenant."""

_EVERY_S = 2.0


class RoutingTables:
    """The newest table of each tenant for one task; `default` is the adapter where there is none. Thread-safe."""

    def __init__(self, bus: Bus, task: str, default: str) -> None:
        self._bus, self._task, self._default = bus, task, default
        self._tables: dict[str, RoutingTable] = {}
        self._next: dict[int, int] = {}

    def __call__(self, tenant: str) -> RoutingTable:
        known = self._tables.get(tenant)
        return RoutingTable(routes=[Route(adapter=self._default, share_bp=10_000)]) if known is None else known

    def catch_up(self) -> None:
        """Reads what the log has beyond what is known. Raises Unavailable."""
        start = self._next or dict.fromkeys(range(self._bus.partitions(ADAPTERS)), 0)
        for record in self._bus.read(ADAPTERS, start):
            self._next = {**start, **self._next, record.partition: record.offset + 1}
            tenant, _, task = record.key.partition("/")
            try:
                table = RoutingTable.FromString(record.value)
            except DecodeError:
                logger.error("%s@%d is not a routing table", record.slot, record.offset)
                continue
            if task == self._task and table.generation >= self(tenant).generation:
                self._tables[tenant] = table

    async def follow(self) -> None:
        """Catches up every few seconds, until it is cancelled."""
        while True:
            await asyncio.sleep(_EVERY_S)
            try:
                await asyncio.to_thread(self.catch_up)
            except ArfError as error:
                logger.warning("routing tables are not read: %s", error.message)
