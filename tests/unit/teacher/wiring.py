"""A proxy on scripted upstreams, wired as tests of what stands on it need it."""

from __future__ import annotations

import time
from typing import Any

from arf.tasks import registry
from arf.teacher.batch import Batches
from arf.teacher.breaker import Breaker
from arf.teacher.budget import Budget
from arf.teacher.cache import MemoryCache
from arf.teacher.prices import Price
from arf.teacher.proxy import TeacherProxy
from arf.teacher.rate_limit import RateLimiter, TenantLimits
from arf.teacher.retry import Retry
from arf.teacher.router import Route, Router
from tests.unit.teacher.fakes import MemoryLedger, ScriptedUpstream


def proxied(
    upstream: ScriptedUpstream, *, limits: TenantLimits | None = None, budget_micros: int | None = None
) -> tuple[TeacherProxy, Batches]:
    """The proxy and its batches; a token costs one micro."""
    clock: Any = time.monotonic
    route = Route(upstream, Breaker(clock, cooldown_s=0.02, longest_cooldown_s=0.1), Price(1_000_000, 1_000_000))
    router = Router([route], Retry(attempts=1), clock)
    limiter = RateLimiter(limits or TenantLimits(), clock)
    budget = Budget(MemoryLedger(clock), "r", clock, slice_micros=100, limit_micros=budget_micros)
    cache = MemoryCache(clock, ttl_s=60)
    proxy = TeacherProxy(registry.load("customer_service"), router, cache, limiter, budget, clock)
    return proxy, Batches(proxy, clock, deadline_s=10, concurrency=4)
