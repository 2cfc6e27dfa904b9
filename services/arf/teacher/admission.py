"""Admits requests within their tenant's rate limits and budget, and settles both when a request ends."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from arf.kit.errors import BudgetExhausted, RateLimited, TooLarge
from arf.teacher.budget import Budget, Reservation
from arf.teacher.metrics import ProxyMetrics
from arf.teacher.prices import TokenEstimate
from arf.teacher.rate_limit import RateLimiter


@dataclass(slots=True)
class Charge:
    """What an admitted request is charged when it ends; nothing unless `paid` or `may_be_billed` is called."""

    reserved: int
    """Micros."""
    tokens: int = 0
    micros: int = 0

    def paid(self, tokens: int, micros: int) -> None:
        """Records what the answer cost."""
        self.tokens, self.micros = tokens, micros

    def may_be_billed(self) -> None:
        """Charges the whole reservation: an interrupted attempt may be billed, unless an answer's real cost follows."""
        self.micros = self.reserved


class Admission:
    """Admits requests while the tenant's limits and budget have room."""

    def __init__(self, limiter: RateLimiter, budget: Budget, metrics: ProxyMetrics) -> None:
        self._limiter, self._budget, self._metrics = limiter, budget, metrics

    @asynccontextmanager
    async def admitted(self, tenant: str, expected: TokenEstimate, micros: int) -> AsyncIterator[Charge]:
        """Reserves the most that a request may need; on exit books its charge and releases the rest.

        Raises RateLimited, TooLarge, BudgetExhausted, or Unavailable if the budget ledger cannot be reached.
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
