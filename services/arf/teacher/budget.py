"""Reserve-then-settle budgeting on leased slices: requests write nothing durable, and no two replicas spend the same
money.

Reserving takes the most that a request may cost from a lease; settling returns the unused part. A lease that runs low
is topped up in the background, so only a tenant's first request waits for the ledger.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from arf.kit.errors import ArfError, BudgetExhausted, Unavailable
from arf.teacher.budgets import Budgets
from arf.teacher.rate_limit import Clock

_REFILL_BELOW = 0.5
_LONGEST_REFUSAL_S = 1.0


@dataclass(slots=True, eq=False)
class HeldLease:
    """A lease held by this process; amounts in micros, `until` on this process's clock."""

    lease_id: str
    amount: int
    until: float
    spent: int = 0
    reserved: int = 0
    lost: bool = False
    renewed_at: int = -1
    """The value of `spent` at the last renewal."""

    @property
    def free(self) -> int:
        """The amount that can still be reserved."""
        return self.amount - self.spent - self.reserved


@dataclass(slots=True, eq=False)
class Reservation:
    """The most that one request may cost; settle it once with the actual cost."""

    micros: int
    lease: HeldLease | None
    settled: bool = False

    def settle(self, micros: int) -> None:
        """Books the cost and frees the rest. Settling again does nothing."""
        if self.lease is not None and not self.settled:
            self.lease.reserved -= self.micros
            self.lease.spent += micros
        self.settled = True


@dataclass(eq=False)
class _Purse:
    """One tenant's leases in one period."""

    tenant: str
    period: str
    opened: bool = False
    leases: list[HeldLease] = field(default_factory=list)
    refill: asyncio.Task[None] | None = None
    refused: BudgetExhausted | None = None
    refused_micros: int = 0
    refused_until: float = 0.0


def month() -> str:
    """The current period in UTC: a calendar month."""
    return datetime.now(UTC).strftime("%Y-%m")


def day() -> str:
    """The current period in UTC: a day."""
    return datetime.now(UTC).strftime("%Y-%m-%d")


class Budget:
    """All tenants' budgets, as this replica may spend them."""

    def __init__(
        self,
        ledger: Budgets,
        replica: str,
        clock: Clock,
        *,
        slice_micros: int,
        ttl_s: float = 60.0,
        limit_micros: int | None = None,
        tenants: Mapping[str, int | None] | None = None,
        period: Callable[[], str] = month,
        changing: Callable[[str, str, int, int], None] = lambda tenant, period, before, limit: None,
        in_thread: Callable[..., Awaitable[Any]] = asyncio.to_thread,
    ) -> None:
        """`limit_micros` applies to tenants not in `tenants`; None means no limit.

        `changing` is called with tenant, period, old limit and new limit before a changed limit takes effect; if it
        raises, the limit stays as it was.
        """
        self._ledger, self._replica, self._clock = ledger, replica, clock
        self._slice, self._ttl_s = slice_micros, ttl_s
        self._limit, self._tenants = limit_micros, tenants or {}
        self._period, self._changing, self._in_thread = period, changing, in_thread
        self._purses: dict[tuple[str, str], _Purse] = {}

    async def reserve(self, tenant: str, micros: int) -> Reservation:
        """Reserves the most that a request may cost. Raises BudgetExhausted, or Unavailable if the ledger cannot be
        reached.
        """
        limit = self._tenants.get(tenant, self._limit)
        if limit is None or micros <= 0:
            return Reservation(0, None)
        key = (tenant, self._period())
        purse = self._purses.get(key)
        if purse is None:
            purse = self._purses[key] = _Purse(*key)
        while (held := self._usable(purse, micros)) is None:
            refused = purse.refused
            if refused is not None and micros >= purse.refused_micros and self._clock() < purse.refused_until:
                raise BudgetExhausted(refused.message, refused.retry_after_s)
            await asyncio.shield(self._refill(purse, limit, micros))
        held.reserved += micros
        if sum(h.free for h in purse.leases) < self._slice * _REFILL_BELOW and self._clock() >= purse.refused_until:
            self._refill(purse, limit, 1)
        return Reservation(micros, held)

    async def renew(self) -> None:
        """Books with the ledger what was spent and keeps the leases alive: to be called every third of `ttl_s`.

        A lease on which nothing was spent or reserved since the last time is given back.
        """
        for key, purse in list(self._purses.items()):
            for held in list(purse.leases):
                if held not in purse.leases:
                    continue
                # An idle lease may hold the last of the money, which another replica is waiting for.
                idle = held.spent == held.renewed_at
                over = held.lost or idle or purse.period != self._period() or held is not purse.leases[-1]
                if over and not held.reserved:
                    await self._give_back(purse, held)
                elif not held.lost:
                    asked, held.renewed_at = self._clock(), held.spent
                    if await self._in_thread(self._ledger.renew, held.lease_id, held.spent, self._ttl_s):
                        held.until = asked + self._ttl_s
                    else:
                        held.lost = True
            if not purse.leases and purse.period != self._period():
                del self._purses[key]
        await self._in_thread(self._ledger.reclaim_expired)

    async def close(self) -> None:
        """Returns all leases. Open reservations count as spent, since nobody is left to settle them."""
        for purse in self._purses.values():
            if purse.refill is not None:
                await asyncio.wait([purse.refill])
            while purse.leases:
                held = purse.leases.pop()
                await self._in_thread(self._ledger.settle, held.lease_id, held.spent + held.reserved)

    def _usable(self, purse: _Purse, micros: int) -> HeldLease | None:
        now = self._clock()
        return next((h for h in purse.leases if not h.lost and now < h.until and h.free >= micros), None)

    def _refill(self, purse: _Purse, limit: int, at_least: int) -> asyncio.Task[None]:
        """Takes one new lease, shared by all waiting requests."""
        if purse.refill is None or purse.refill.done():
            purse.refill = asyncio.create_task(self._lease(purse, limit, at_least))
            # Nobody may be waiting for this task; the next request that needs money raises the error itself.
            purse.refill.add_done_callback(lambda task: task.cancelled() or task.exception())
        return purse.refill

    async def _lease(self, purse: _Purse, limit: int, at_least: int) -> None:
        amount = max(self._slice, at_least)
        try:
            await self._give_back_rests(purse, at_least)
            if not purse.opened:
                await self._in_thread(self._open, purse, limit)
            asked = self._clock()
            lease = await self._in_thread(
                self._ledger.lease, purse.tenant, purse.period, amount, self._replica, self._ttl_s, at_least
            )
        except BudgetExhausted as refusal:
            purse.refused, purse.refused_micros = refusal, at_least
            # Other requests may settle for less than they reserved, so ask again soon.
            purse.refused_until = self._clock() + min(refusal.retry_after_s or _LONGEST_REFUSAL_S, _LONGEST_REFUSAL_S)
            return
        except ArfError:
            raise
        except Exception as error:
            raise Unavailable(f"the budget ledger does not answer: {type(error).__name__}", 1.0) from error
        purse.refused, purse.refused_until = None, 0.0
        purse.leases.append(HeldLease(lease.lease_id, lease.amount, asked + self._ttl_s))

    def _open(self, purse: _Purse, limit: int) -> None:
        """Creates the budget, or sets this replica's limit: the replica that started last has the latest settings."""
        before = self._ledger.ensure(purse.tenant, purse.period, limit)
        if before != limit:
            self._changing(purse.tenant, purse.period, before, limit)
            self._ledger.set_limit(purse.tenant, purse.period, limit)
        purse.opened = True

    async def _give_back_rests(self, purse: _Purse, at_least: int) -> None:
        """Settles unused leases that hold too little; together, their remainders may make up a new lease."""
        for held in [h for h in purse.leases if not h.reserved and h.free < at_least]:
            await self._give_back(purse, held)

    async def _give_back(self, purse: _Purse, held: HeldLease) -> None:
        """Settles a lease without reservations; nothing can be reserved on it afterwards."""
        purse.leases.remove(held)
        try:
            await self._in_thread(self._ledger.settle, held.lease_id, held.spent)
        except BaseException:
            purse.leases.insert(0, held)
            raise
