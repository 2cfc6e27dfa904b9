"""When to retry an upstream: exponential backoff with full jitter, never sooner than its Retry-After asks."""

from __future__ import annotations

import random
from dataclasses import dataclass


@dataclass(frozen=True)
class Retry:
    """`attempts` at one upstream, pauses drawn from 0 to `base_s` * 2^n but at most `longest_s`.

    An upstream that asks for a longer pause than `patience_s` is left for the next one.
    """

    attempts: int = 3
    base_s: float = 0.2
    longest_s: float = 8.0
    patience_s: float = 10.0

    def pause(self, failed: int, asked_s: float | None, rng: random.Random) -> float:
        """Seconds to wait after `failed` attempts; never less than the upstream asked for."""
        jitter = rng.uniform(0.0, min(self.longest_s, self.base_s * 2.0 ** min(failed - 1, 30)))
        return jitter if asked_s is None else asked_s + jitter * 0.1
