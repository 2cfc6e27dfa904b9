"""What a request takes of its tenant's limits and budget before it is sent, and gives back however it ends."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from arf.kit.errors import BudgetExhausted, RateLimited, TooLarge
from arf.teacher.budget import Budget, Reservation
from arf.teacher.metrics import ProxyMetrics
from arf.teacher.prices import Estimate
from arf.teacher.rate_limit import RateLimiter


@dataclass(slots=True)
class Charge:
    """What an admitted request is charged when it ends: nothing, unless somebody says otherwise."""

    reserved: int
    """Micros."""
    tokens: int = 0
    micros: int = 0

    def paid(self, tokens: int, micros: int) -> None:
        """An answer came, and this is what it cost."""
        self.tokens, self.micros = tokens, micros

    def may_be_billed(self) -> None:
        """An attempt was cut off that the upstream may charge for: until an answer comes, what was reserved is owed."""
        self.micros = self.reserved


class Admission:
    """Lets requests in while limits and budget have room for them."""

    def __init__(self, limiter: RateLimiter, budget: Budget, metrics: ProxyMetrics) -> None:
        self._limiter, self._budget, self._metrics = limiter, budget, metrics

    @asynccontextmanager
    async def admitted(self, tenant: str, expected: Estimate, micros: int) -> AsyncIterator[Charge]:
        """Takes what a request may need at most; at the end its charge is booked and the rest is free again.

        Raises RateLimited, TooLarge, BudgetExhausted, or Unavailable if the ledger of budgets is.
        """
        try:
            self._limiter.admit(tenant, expected.tokens)
        except (RateLimited, TooLarge):
            self._metrics.refused("rate")
            raise
        charge = Charge(micros)
        try:
            reservation = await self._reserved(tenant, micros)
            try:
                yield charge
            finally:
                reservation.settle(charge.micros)
        finally:
            self._limiter.settle(tenant, expected.tokens, charge.tokens)

    async def _reserved(self, tenant: str, micros: int) -> Reservation:
        try:
            return await self._budget.reserve(tenant, micros)
        except BudgetExhausted:
            self._metrics.refused("budget")
            raise
