"""How long a call may take: its caller's deadline, within bounds."""

from __future__ import annotations

from dataclasses import dataclass

from arf.kit.errors import ArfError, DeadlineExceeded, Unauthenticated


@dataclass(frozen=True, slots=True)
class Allowance:
    """Seconds that one call may take, and the error message when they are over."""

    seconds: float
    reason: str
    error: type[ArfError] = DeadlineExceeded

    def exceeded(self) -> ArfError:
        """The error to raise when the time is over."""
        return self.error(self.reason)

    def within_token(self, remaining_s: float) -> Allowance:
        """The same, cut to the remaining validity of the caller's token."""
        if remaining_s >= self.seconds:
            return self
        reason = "the token expired while the stream was open: start again with a new one"
        return Allowance(max(0.0, remaining_s), reason, Unauthenticated)


@dataclass(frozen=True, slots=True)
class Deadlines:
    """For one kind of method, the default deadline and the longest allowed one, in seconds."""

    default_s: float
    max_s: float

    def allow(self, remaining_s: float | None) -> Allowance:
        """The allowance of a call whose deadline is in `remaining_s`, None if it has none."""
        if remaining_s is None:
            return Allowance(self.default_s, f"no deadline was set, and the default of {self.default_s:g} s has passed")
        if remaining_s > self.max_s:
            return Allowance(self.max_s, f"the longest deadline that this server allows, {self.max_s:g} s, has passed")
        return Allowance(remaining_s, "the caller's deadline has passed")
