"""Fakes of the teacher's ports, and a clock that tests set."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from arf.inference.profile import small_profile
from arf.kit.errors import BudgetExhausted
from arf.teacher.breaker import Breaker
from arf.teacher.budgets import Balance, Lease
from arf.teacher.prices import FREE, Price
from arf.teacher.router import Route
from tests.helpers.fake_model import FakeModel, down, limited, refused

__all__ = ["down", "limited", "refused"]


class Clock:
    """Monotonic seconds that pass when a test says so, or when somebody sleeps by it."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.slept: list[float] = []

    def __call__(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds
        await asyncio.sleep(0)


class ScriptedUpstream(FakeModel):
    """A small model, and what its upstream is called; `script` is as FakeModel has it."""

    def __init__(
        self, label: str = "up", model: str = "m", *, text: str = "It is so.", script: Sequence[Any] = ()
    ) -> None:
        super().__init__(text, name=model, profile=small_profile(8192), script=script)
        self.label = label


def route(upstream: FakeModel, clock: Callable[[], float], price: Price = FREE, **breaker: Any) -> Route:
    """The route to an upstream."""
    label = upstream.label if isinstance(upstream, ScriptedUpstream) else upstream.name
    return Route(label, upstream, Breaker(clock, **breaker), price)


@dataclass
class MemoryLease:
    lease_id: str
    of: tuple[str, str]
    amount: int
    ttl_s: float
    until: float
    spent: int = 0
    open: bool = True


@dataclass
class MemoryLedger:
    """The rules of arf.teacher.budgets in memory, for several replicas at once."""

    clock: Callable[[], float]
    limits: dict[tuple[str, str], int] = field(default_factory=dict)
    leases: dict[str, MemoryLease] = field(default_factory=dict)
    asked: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def ensure(self, tenant: str, period: str, limit: int) -> int:
        return self.limits.setdefault((tenant, period), limit)

    def set_limit(self, tenant: str, period: str, limit: int) -> None:
        self.limits[tenant, period] = limit

    def balance(self, tenant: str, period: str) -> Balance:
        mine = [v for v in self.leases.values() if v.of == (tenant, period)]
        leased = sum(v.amount - v.spent for v in mine if v.open)
        return Balance(self.limits[tenant, period], sum(v.spent for v in mine), 0, leased)

    def lease(self, tenant: str, period: str, amount: int, replica: str, ttl_s: float, at_least: int = 1) -> Lease:
        with self.lock:
            self.asked += 1
            self.reclaim_expired()
            of = (tenant, period)
            mine = [v for v in self.leases.values() if v.of == of]
            free = self.limits[of] - sum(max(v.amount, v.spent) if v.open else v.spent for v in mine)
            if free < at_least:
                raise BudgetExhausted(f"{free} micros are left", 30.0)
            made = MemoryLease(f"{replica}-{len(self.leases)}", of, min(free, amount), ttl_s, self.clock() + ttl_s)
            self.leases[made.lease_id] = made
            return Lease(made.lease_id, tenant, period, made.amount, ttl_s)

    def renew(self, lease_id: str, spent: int, ttl_s: float) -> bool:
        self.reclaim_expired()
        held = self.leases[lease_id]
        held.spent = max(held.spent, spent)
        if held.open:
            held.until = self.clock() + ttl_s
        return held.open

    def settle(self, lease_id: str, spent: int) -> None:
        held = self.leases[lease_id]
        held.spent, held.open = max(held.spent, spent), False

    def reclaim_expired(self) -> int:
        gone = [v for v in self._open() if v.until <= self.clock()]
        for held in gone:
            held.open = False
        return len(gone)

    @property
    def booked(self) -> int:
        """All that was ever booked as spent."""
        return sum(v.spent for v in self.leases.values())

    def _open(self) -> list[MemoryLease]:
        return [v for v in self.leases.values() if v.open]


def directly(function: Callable[..., Any], *args: Any) -> Awaitable[Any]:
    """In place of asyncio.to_thread: at once, but not before others had their turn."""

    async def call() -> Any:
        await asyncio.sleep(0)
        return function(*args)

    return call()
