"""Circuit breaker: a failing upstream gets no requests for a while, then one trial request."""

from __future__ import annotations

from enum import Enum

from arf.teacher.rate_limit import Clock


class BreakerState(Enum):
    """Whether requests go through: all, none, or a single trial."""

    CLOSED = "closed"
    OPEN = "open"
    HALF_OPEN = "half_open"


class Breaker:
    """Opens for `cooldown_s` after `failures` in a row, twice as long after each failed trial.

    Every `allow()` that returns True must be followed by one `success()`, `failure()` or `forget()`.
    """

    def __init__(
        self, clock: Clock, *, failures: int = 5, cooldown_s: float = 5.0, longest_cooldown_s: float = 15.0
    ) -> None:
        self._clock, self._failures = clock, failures
        self._cooldown_s, self._longest_s = cooldown_s, longest_cooldown_s
        self._in_a_row = 0
        self._openings = 0
        self._open_until = 0.0
        self._state = BreakerState.CLOSED
        self._trying = False

    @property
    def state(self) -> BreakerState:
        """The current state."""
        if self._state is BreakerState.OPEN and self._clock() >= self._open_until:
            self._state, self._trying = BreakerState.HALF_OPEN, False
        return self._state

    @property
    def retry_in_s(self) -> float:
        """Seconds until it lets a request through again; 0 if it does now."""
        return max(0.0, self._open_until - self._clock()) if self.state is BreakerState.OPEN else 0.0

    def allow(self) -> bool:
        """Whether a request may go through now; when half open, only one at a time."""
        state = self.state
        if state is BreakerState.HALF_OPEN and not self._trying:
            self._trying = True
            return True
        return state is BreakerState.CLOSED

    def success(self) -> None:
        """Records an answer. A late answer to a request from before the breaker opened does not close it."""
        if self.state is BreakerState.OPEN:
            return
        self._state, self._trying = BreakerState.CLOSED, False
        self._in_a_row = self._openings = 0

    def failure(self) -> None:
        """Records that the upstream failed to answer or reported itself unhealthy."""
        state = self.state
        if state is BreakerState.OPEN:
            return
        self._in_a_row += 1
        if state is BreakerState.HALF_OPEN or self._in_a_row >= self._failures:
            cooldown = min(self._longest_s, self._cooldown_s * 2.0 ** min(self._openings, 30))
            self._openings += 1
            self._open_until = self._clock() + cooldown
            self._state, self._trying, self._in_a_row = BreakerState.OPEN, False, 0

    def forget(self) -> None:
        """Ends a request that says nothing about the upstream's health: cancelled, rate-limited or refused."""
        if self.state is BreakerState.HALF_OPEN:
            self._trying = False
