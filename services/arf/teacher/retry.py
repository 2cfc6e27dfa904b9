"""When to try an upstream again: full jitter that doubles, or what its Retry-After says."""

from __future__ import annotations

import random
import time
from dataclasses import dataclass
from email.utils import parsedate_to_datetime


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
        """Seconds before the next attempt, after `failed` of them; never less than the upstream asked for."""
        jitter = rng.uniform(0.0, min(self.longest_s, self.base_s * 2.0 ** min(failed - 1, 30)))
        return jitter if asked_s is None else asked_s + jitter * 0.1


def retry_after(value: str | None, now: float | None = None) -> float | None:
    """Seconds of a Retry-After header, given in seconds or as an HTTP date; None if it has neither."""
    if not value:
        return None
    try:
        seconds = float(value)
    except ValueError:
        try:
            seconds = parsedate_to_datetime(value).timestamp() - (time.time() if now is None else now)
        except (ValueError, TypeError, OverflowError):
            return None
    return max(0.0, seconds) if seconds == seconds and seconds != float("inf") else None
