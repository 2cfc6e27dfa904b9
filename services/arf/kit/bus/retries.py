"""When a record that was not handled is tried again, and when a stage rests because nothing answers it."""

from __future__ import annotations

import time
from collections.abc import Sequence

from arf.kit.bus.stage import MAX_RETRY_AFTER_S, Handled, HandlerFailed, Pace
from arf.kit.bus.window import Item, Output
from arf.kit.errors import ArfError, Unavailable


class Retries:
    """Counts what a stage's dependency has answered: only that tells a record at fault from an outage."""

    def __init__(self, pace: Pace) -> None:
        self._pace = pace
        self._outages = 0
        self._resting_until = 0.0
        self.answered = 0
        """How many records have been, in all."""

    def rest_s(self, now: float) -> float:
        """How long the stage is still to rest; 0 if it is not."""
        return max(0.0, self._resting_until - now)

    def judged(self, outcomes: Sequence[Handled], others: int) -> bool:
        """Takes note of a round, in which the dependency would have answered `others` too. Whether the stage rests now.

        It rests if nothing was answered, as long as the dependency asks, and longer each time.
        """
        answered = others + sum(isinstance(outcome, Output) for outcome in outcomes)
        self.answered += answered
        away = [outcome.retry_after_s or 0.0 for outcome in outcomes if isinstance(outcome, Unavailable)]
        if answered:
            self._outages = 0
        elif away:
            self._resting_until = time.monotonic() + self._backoff_s(self._outages, min(away))
            self._outages += 1
            return True
        return False

    def wait(self, item: Item) -> None:
        """The record has to wait for something that is not an answer: it is looked at again, less often each time."""
        item.not_before = time.monotonic() + self._backoff_s(item.waits)
        item.waits += 1

    def failed(self, item: Item, error: ArfError) -> ArfError | None:
        """None while the record is to be tried again, the error once it has failed often enough by itself."""
        if isinstance(error, HandlerFailed) or self.answered > item.answered_before:
            item.attempts += 1
        item.answered_before = self.answered
        item.failed = isinstance(error, Unavailable)
        item.not_before = time.monotonic() + self._backoff_s(max(0, item.attempts - 1), error.retry_after_s or 0.0)
        return error if item.attempts >= self._pace.max_attempts else None

    def _backoff_s(self, times: int, asked_s: float = 0.0) -> float:
        own_s = min(self._pace.backoff_s * 2.0 ** min(times, 16), self._pace.max_backoff_s)
        return max(own_s, min(asked_s, MAX_RETRY_AFTER_S))
