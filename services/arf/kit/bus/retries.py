"""Decides when a record is retried, and when a stage pauses because its dependency does not answer."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Collection, Sequence
from typing import Protocol

from arf.kit.bus.ids import tenant_of
from arf.kit.bus.stage import MAX_RETRY_AFTER_S, HandlerFailed, Pace
from arf.kit.bus.window import WindowEntry
from arf.kit.errors import ArfError, Unavailable


class Waiting(Protocol):
    """Something to retry later: how often it was tried, and when to try again."""

    waits: int
    not_before: float


class Retries:
    """Retries of one stage, and what its dependency has answered: only that tells a bad record from an outage."""

    def __init__(self, pace: Pace, clock: Callable[[], float] = time.monotonic) -> None:
        self._pace = pace
        self._clock = clock
        self._outages = 0
        self._resting_until = 0.0
        self._answered = Counter[str]()

    def rest_s(self, now: float) -> float:
        """Seconds that the stage is still to pause; 0 if it is not pausing."""
        return max(0.0, self._resting_until - now)

    def answered(self, tenant: str) -> tuple[int, int]:
        """How many records have been answered so far, of the tenant and of all."""
        return self._answered[tenant], self._answered.total()

    def judged(self, answered: Collection[str], away: Sequence[Unavailable]) -> bool:
        """Notes the tenants of a round's answered records, and the errors if none was; returns whether to pause now.

        It pauses if nothing was answered, for as long as the dependency asks, and longer each time.
        """
        self._answered.update(answered)
        if answered:
            self._outages = 0
        elif away:
            asked_s = min(error.retry_after_s or 0.0 for error in away)
            self._resting_until = self._clock() + self._backoff_s(self._outages, asked_s)
            self._outages += 1
            return True
        return False

    def wait(self, item: Waiting) -> None:
        """Schedules the next try of a record that waits for something to arrive; less often each time."""
        item.not_before = self._clock() + self._backoff_s(item.waits)
        item.waits += 1

    def failed(self, item: WindowEntry, error: ArfError) -> ArfError | None:
        """None while the record is to be retried; the error once it has failed too often by itself.

        Only answers to its own tenant tell that it is at fault: what the tenant needs may be down while others' is not.
        """
        before, item.answered_before = item.answered_before, self.answered(tenant_of(item.record.key))
        if isinstance(error, HandlerFailed) or item.answered_before[0] > before[0]:
            item.attempts += 1
            item.silent, item.others = 0, False
        else:
            item.silent += 1
            item.others |= item.answered_before[1] > before[1]
        item.failed = isinstance(error, Unavailable)
        times = max(0, item.attempts - 1, item.silent - 1 if item.lane else 0)
        item.not_before = self._clock() + self._backoff_s(times, error.retry_after_s or 0.0)
        return error if item.attempts >= self._pace.max_attempts else None

    def _backoff_s(self, times: int, asked_s: float = 0.0) -> float:
        own_s = min(self._pace.backoff_s * 2.0 ** min(times, 16), self._pace.max_backoff_s)
        return max(own_s, min(asked_s, MAX_RETRY_AFTER_S))
