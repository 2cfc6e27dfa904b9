"""When a record that was not handled is tried again, and when a stage rests because nothing answers it."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Protocol

from arf.kit.bus.stage import MAX_RETRY_AFTER_S, HandlerFailed, Pace
from arf.kit.bus.window import WindowEntry
from arf.kit.errors import ArfError, Unavailable


class Waiting(Protocol):
    """Something that is looked at again later: how often it was, and not before when."""

    waits: int
    not_before: float


class Retries:
    """Counts what a stage's dependency has answered: only that tells a record at fault from an outage."""

    def __init__(self, pace: Pace, clock: Callable[[], float] = time.monotonic) -> None:
        self._pace = pace
        self._clock = clock
        self._outages = 0
        self._resting_until = 0.0
        self.answered = 0
        """How many records have been, in all."""

    def rest_s(self, now: float) -> float:
        """How long the stage is still to rest; 0 if it is not."""
        return max(0.0, self._resting_until - now)

    def judged(self, answered: int, away: Sequence[Unavailable]) -> bool:
        """Takes note of a round: how many were answered, and what was said where none was. Whether the stage rests now.

        It rests if nothing was answered, as long as the dependency asks, and longer each time.
        """
        self.answered += answered
        if answered:
            self._outages = 0
        elif away:
            asked_s = min(error.retry_after_s or 0.0 for error in away)
            self._resting_until = self._clock() + self._backoff_s(self._outages, asked_s)
            self._outages += 1
            return True
        return False

    def wait(self, item: Waiting) -> None:
        """It has to wait for something that is not an answer: it is looked at again, less often each time."""
        item.not_before = self._clock() + self._backoff_s(item.waits)
        item.waits += 1

    def failed(self, item: WindowEntry, error: ArfError) -> ArfError | None:
        """None while the record is to be tried again, the error once it has failed often enough by itself."""
        if isinstance(error, HandlerFailed) or self.answered > item.answered_before:
            item.attempts += 1
        item.answered_before = self.answered
        item.failed = isinstance(error, Unavailable)
        item.not_before = self._clock() + self._backoff_s(max(0, item.attempts - 1), error.retry_after_s or 0.0)
        return error if item.attempts >= self._pace.max_attempts else None

    def _backoff_s(self, times: int, asked_s: float = 0.0) -> float:
        own_s = min(self._pace.backoff_s * 2.0 ** min(times, 16), self._pace.max_backoff_s)
        return max(own_s, min(asked_s, MAX_RETRY_AFTER_S))
