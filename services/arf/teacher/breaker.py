"""Circuit breaker: an upstream that keeps failing is left alone for a while, then tried with one request."""

from __future__ import annotations

from enum import Enum

from arf.teacher.rate_limit import Clock


class State(Enum):
    """Whether requests go through: all, none, or one to find out."""

    CLOSED = "closed"
    OPEN = "open"
    HALF_OPEN = "half_open"


class Breaker:
    """Opens after `failures` in a row for `cooldown_s`, twice as long each time that the trial fails too.

    Every `allow()` that says yes is followed by one `success()`, `failure()` or `forget()`.
    """

    def __init__(
        self, clock: Clock, *, failures: int = 5, cooldown_s: float = 5.0, longest_cooldown_s: float = 15.0
    ) -> None:
        self._clock, self._failures = clock, failures
        self._cooldown_s, self._longest_s = cooldown_s, longest_cooldown_s
        self._in_a_row = 0
        self._openings = 0
        self._open_until = 0.0
        self._state = State.CLOSED
        self._trying = False

    @property
    def state(self) -> State:
        """How it stands now."""
        if self._state is State.OPEN and self._clock() >= self._open_until:
            self._state, self._trying = State.HALF_OPEN, False
        return self._state

    @property
    def retry_in_s(self) -> float:
        """Seconds until it lets a request through again; 0 if it does now."""
        return max(0.0, self._open_until - self._clock()) if self.state is State.OPEN else 0.0

    def allow(self) -> bool:
        """Whether a request may go through now. Half open, only one at a time may."""
        state = self.state
        if state is State.HALF_OPEN and not self._trying:
            self._trying = True
            return True
        return state is State.CLOSED

    def success(self) -> None:
        """The upstream answered. A late answer from before it opened does not close it."""
        if self.state is State.OPEN:
            return
        self._state, self._trying = State.CLOSED, False
        self._in_a_row = self._openings = 0

    def failure(self) -> None:
        """The upstream did not answer, or answered that it is unwell."""
        state = self.state
        if state is State.OPEN:
            return
        self._in_a_row += 1
        if state is State.HALF_OPEN or self._in_a_row >= self._failures:
            cooldown = min(self._longest_s, self._cooldown_s * 2.0 ** min(self._openings, 30))
            self._openings += 1
            self._open_until = self._clock() + cooldown
            self._state, self._trying, self._in_a_row = State.OPEN, False, 0

    def forget(self) -> None:
        """The request ended in a way that says nothing of the upstream's health: it was cancelled, limited, refused."""
        if self.state is State.HALF_OPEN:
            self._trying = False
