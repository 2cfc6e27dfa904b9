"""Token buckets that limit a tenant's requests and model tokens."""

from __future__ import annotations

import math
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from arf.kit.errors import RateLimited, TooLarge

Clock = Callable[[], float]
"""Monotonic seconds."""

_MOST_TENANTS = 10_000


@dataclass(frozen=True)
class Limit:
    """At most `burst` at once and `rate` per second in the long run."""

    rate: float
    burst: float


class TokenBucket:
    """Never grants more than rate * t + burst in any t seconds; an overdraft is paid back first."""

    def __init__(self, limit: Limit, clock: Clock) -> None:
        self._limit, self._clock = limit, clock
        self._level, self._at = limit.burst, clock()

    def wait_for(self, amount: float) -> float:
        """Seconds until this amount can be taken: 0 if now, infinite if it exceeds the bucket's capacity."""
        if amount > self._limit.burst:
            return math.inf
        missing = amount - self._filled()
        if missing <= 0:
            return 0.0
        return missing / self._limit.rate if self._limit.rate > 0 else math.inf

    def take(self, amount: float) -> None:
        """Takes this amount, going into debt if needed: after `wait_for` for an estimate, or to settle an
        underestimate.
        """
        self._level = self._filled() - amount

    def give_back(self, amount: float) -> None:
        """Returns an unused amount."""
        self._level = min(self._limit.burst, self._filled() + amount)

    def _filled(self) -> float:
        now = self._clock()
        self._level = min(self._limit.burst, self._level + max(0.0, now - self._at) * self._limit.rate)
        self._at = now
        return self._level


@dataclass(frozen=True)
class TenantLimits:
    """Limits on requests and on tokens of prompt and answer together; None means no limit."""

    requests: Limit | None = None
    tokens: Limit | None = None


class RateLimiter:
    """All tenants' buckets on this replica."""

    def __init__(self, default: TenantLimits, clock: Clock, tenants: Mapping[str, TenantLimits] | None = None) -> None:
        self._default, self._tenants, self._clock = default, tenants or {}, clock
        self._buckets: OrderedDict[str, tuple[TokenBucket | None, TokenBucket | None]] = OrderedDict()

    def admit(self, tenant: str, tokens: int) -> None:
        """Takes one request and its estimated tokens, or neither. Raises RateLimited, or TooLarge if no wait helps."""
        requests_bucket, tokens_bucket = self._of(tenant)
        waits = (
            ("requests", requests_bucket.wait_for(1) if requests_bucket else 0.0),
            ("tokens", tokens_bucket.wait_for(tokens) if tokens_bucket else 0.0),
        )
        what, wait = max(waits, key=lambda w: w[1])
        if math.isinf(wait):
            raise TooLarge(f"the call needs more {what} than this tenant's limit ever allows at once")
        if wait > 0:
            raise RateLimited(f"this tenant's limit of {what} is reached; try again in {wait:.1f} s", wait)
        if requests_bucket is not None:
            requests_bucket.take(1)
        if tokens_bucket is not None:
            tokens_bucket.take(tokens)

    def settle(self, tenant: str, guessed: int, used: int) -> None:
        """Corrects the estimate once the actual number of tokens is known."""
        bucket = self._of(tenant)[1]
        if bucket is None or guessed == used:
            return
        if used < guessed:
            bucket.give_back(guessed - used)
        else:
            bucket.take(used - guessed)

    def _of(self, tenant: str) -> tuple[TokenBucket | None, TokenBucket | None]:
        buckets = self._buckets.get(tenant)
        if buckets is None:
            limits = self._tenants.get(tenant, self._default)
            buckets = self._bucket(limits.requests), self._bucket(limits.tokens)
            self._buckets[tenant] = buckets
            if len(self._buckets) > _MOST_TENANTS:
                self._buckets.popitem(last=False)
        else:
            self._buckets.move_to_end(tenant)
        return buckets

    def _bucket(self, limit: Limit | None) -> TokenBucket | None:
        return None if limit is None else TokenBucket(limit, self._clock)
