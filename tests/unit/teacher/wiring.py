"""A proxy on scripted upstreams, wired as tests of what stands on it need it."""

from __future__ import annotations

import time
from typing import Any

from arf.tasks import registry
from arf.teacher.batch import Batches
from arf.teacher.budget import Budget
from arf.teacher.cache import MemoryCache
from arf.teacher.prices import FREE, Price
from arf.teacher.proxy import Summarised, TeacherProxy
from arf.teacher.rate_limit import RateLimiter, TenantLimits
from arf.teacher.retry import Retry
from arf.teacher.router import Router
from arf.v1.transcript_pb2 import Call, Role, Turn
from tests.helpers.fake_model import FakeModel
from tests.unit.teacher.fakes import Clock, MemoryLedger, ScriptedUpstream, directly, route

SOON = 2000.0
"""A deadline by `Clock` that no test reaches by itself."""


def proxied(
    upstream: ScriptedUpstream,
    *,
    limits: TenantLimits | None = None,
    budget_micros: int | None = None,
    deadline_s: float = 10,
) -> tuple[TeacherProxy, Batches]:
    """The proxy and its batches; a token costs one micro."""
    clock: Any = time.monotonic
    way = route(upstream, clock, Price(1_000_000, 1_000_000), cooldown_s=0.02, longest_cooldown_s=0.1)
    router = Router([way], Retry(attempts=1), clock)
    limiter = RateLimiter(limits or TenantLimits(), clock)
    budget = Budget(MemoryLedger(clock), "r", clock, slice_micros=100, limit_micros=budget_micros)
    cache = MemoryCache(clock, ttl_s=60)
    proxy = TeacherProxy(registry.load("customer_service"), router, cache, limiter, budget, clock)
    return proxy, Batches(proxy, clock, deadline_s=deadline_s, concurrency=4)


class Proxy:
    """A proxy on fakes, and what is behind it."""

    def __init__(self, *upstreams: FakeModel, **given: Any) -> None:
        self.clock = Clock()
        self.upstreams = upstreams or (ScriptedUpstream(text=" they lost <ID_1>. It was found."),)
        self.ledger = MemoryLedger(self.clock)
        price = given.pop("price", FREE)
        routes = [route(up, self.clock, price) for up in self.upstreams]
        metrics = given.get("metrics")
        self.router = Router(routes, Retry(attempts=2), self.clock, sleep=self.clock.sleep, metrics=metrics)
        self.cache = MemoryCache(self.clock, ttl_s=60)
        self.budget = Budget(
            self.ledger, "r", self.clock, slice_micros=100, limit_micros=given.pop("limit", None), in_thread=directly
        )
        self.limiter = RateLimiter(given.pop("limits", TenantLimits()), self.clock)
        self.made = TeacherProxy(
            registry.load("customer_service"), self.router, self.cache, self.limiter, self.budget, self.clock, **given
        )

    @property
    def asked(self) -> int:
        """Requests that reached an upstream."""
        return sum(len(up.prompts) for up in self.upstreams)

    async def summarise(self, call: Call, deadline: float = SOON, **given: Any) -> Summarised:
        """One summary."""
        return await self.made.summarise(call, deadline, **given)


def transcript(text: str = "my order 46422 is lost", tenant: str = "t", call_id: str = "c-1") -> Call:
    """A call of two turns."""
    turns = [
        Turn(turn_id="0", speaker="customer", role=Role.ROLE_CUSTOMER, text=text),
        Turn(turn_id="1", speaker="agent", role=Role.ROLE_AGENT, text="we will look"),
    ]
    return Call(id=call_id, tenant=tenant, channel="phone", turns=turns)
