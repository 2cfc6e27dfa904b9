"""A concurrency limit that tenants share by weighted round robin."""

from __future__ import annotations

import asyncio
from collections import OrderedDict, deque
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from arf.kit.errors import Overloaded


@dataclass(slots=True)
class _Tenant:
    """A tenant with running or waiting requests. `credit` is how many it may still start in its turn."""

    weight: int
    credit: int
    running: int = 0
    waiting: deque[asyncio.Future[None]] = field(default_factory=deque)


class FairGate:
    """Admits up to `capacity` requests at once, at most `per_tenant` of one tenant; others wait in a queue per tenant.

    Free places go round the waiting tenants: each gets as many in its turn as its weight (1, unless `weights` says
    otherwise), so that a tenant's backlog delays nobody else's first request by more than one turn. With `brief`
    only `capacity` wait, each tenant's own counted by its share of the turns: then nobody waits for longer than a
    request takes (Little's law). For one event loop.
    """

    def __init__(
        self,
        capacity: int,
        queue: int,
        per_tenant: int | None = None,
        weights: Mapping[str, int] | None = None,
        retry_after_s: float = 1.0,
        brief: bool = False,
    ) -> None:
        self._capacity = self._free = capacity
        self._brief = brief
        self._queue = queue
        self._per_tenant = per_tenant or capacity
        self._weights = dict(weights or {})
        self._retry_after_s = retry_after_s
        self._tenants: dict[str, _Tenant] = {}
        self._ring: OrderedDict[str, _Tenant] = OrderedDict()

    @asynccontextmanager
    async def place(self, tenant: str) -> AsyncIterator[None]:
        """Waits for and holds a place for a tenant. Raises Overloaded with a retry time if its queue is full."""
        await self._enter(tenant)
        try:
            yield
        finally:
            self._leave(tenant)

    @property
    def waiting(self) -> int:
        """How many requests of all tenants are waiting."""
        return sum(len(tenant.waiting) for tenant in self._ring.values())

    def refusal(self, name: str) -> Overloaded | None:
        """The error that a request of the tenant would meet now, with a retry time; None if it may come in or wait."""
        tenant = self._tenants.get(name) or _Tenant(1, 1)
        waiting = len(tenant.waiting)
        if not waiting and self._free and tenant.running < self._per_tenant:
            return None
        if waiting < self._queue and not (waiting and self._brief and self._crowded(tenant)):
            return None
        reason = f"tenant {name} has {tenant.running} requests running and {waiting} waiting: try again later"
        return Overloaded(reason, self._retry_after_s)

    async def _enter(self, name: str) -> None:
        tenant = self._tenants.get(name)
        if tenant is None:
            weight = max(1, self._weights.get(name, 1))
            tenant = self._tenants[name] = _Tenant(weight, weight)
        if self._free and tenant.running < self._per_tenant and not tenant.waiting:
            self._take(tenant)
            return
        if (refusal := self.refusal(name)) is not None:
            self._forget(name, tenant)
            raise refusal
        turn = asyncio.get_running_loop().create_future()
        tenant.waiting.append(turn)
        self._ring.setdefault(name, tenant)
        try:
            await turn
        except asyncio.CancelledError:
            if turn.cancelled():
                if turn in tenant.waiting:
                    tenant.waiting.remove(turn)
                self._forget(name, tenant)
            else:
                self._leave(name)
            raise

    def _crowded(self, tenant: _Tenant) -> bool:
        """Whether more would start before another request of the tenant than are admitted at once.

        All queues are taken to be as long as the tenant's.
        """
        weights = sum(other.weight for other in self._ring.values())
        return (len(tenant.waiting) + 1) * weights > self._capacity * tenant.weight

    def _take(self, tenant: _Tenant) -> None:
        self._free -= 1
        tenant.running += 1

    def _leave(self, name: str) -> None:
        tenant = self._tenants[name]
        self._free += 1
        tenant.running -= 1
        self._admit()
        self._forget(name, tenant)

    def _forget(self, name: str, tenant: _Tenant) -> None:
        if not tenant.waiting:
            self._ring.pop(name, None)
            tenant.credit = tenant.weight
            if not tenant.running:
                self._tenants.pop(name, None)

    def _admit(self) -> None:
        """Gives free places to the tenants in turn; a tenant at its own limit is skipped and keeps its place."""
        while self._free:
            name = next((n for n, t in self._ring.items() if t.running < self._per_tenant), None)
            if name is None:
                return
            tenant = self._ring[name]
            turn = tenant.waiting.popleft()
            if not turn.cancelled():
                self._take(tenant)
                tenant.credit -= 1
                turn.set_result(None)
            if not tenant.waiting:
                self._forget(name, tenant)
            elif tenant.credit == 0:
                tenant.credit = tenant.weight
                self._ring.move_to_end(name)
