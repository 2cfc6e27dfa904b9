"""How long a call may take: as long as its caller allows, within bounds."""

from __future__ import annotations

from dataclasses import dataclass

from arf.kit.errors import ArfError, DeadlineExceeded, Unauthenticated


@dataclass(frozen=True, slots=True)
class Allowance:
    """Seconds that one call may take, and what to say when they are over."""

    seconds: float
    reason: str
    error: type[ArfError] = DeadlineExceeded

    def exceeded(self) -> ArfError:
        """The error to raise when they are over."""
        return self.error(self.reason)

    def within_token(self, remaining_s: float) -> Allowance:
        """The same, or what is left of the caller's token, if that is less."""
        if remaining_s >= self.seconds:
            return self
        reason = "the token has expired while the stream was open: begin again with a new one"
        return Allowance(max(0.0, remaining_s), reason, Unauthenticated)


@dataclass(frozen=True, slots=True)
class Deadlines:
    """The bounds of one kind of method, in seconds: where a caller sets no deadline, and where it sets a long one."""

    default_s: float
    max_s: float

    def allow(self, remaining_s: float | None) -> Allowance:
        """What a call gets whose caller still waits for `remaining_s`; None where it set no deadline."""
        if remaining_s is None:
            return Allowance(self.default_s, f"no deadline was set, and the default of {self.default_s:g} s is over")
        if remaining_s > self.max_s:
            return Allowance(self.max_s, f"the longest deadline that this server takes, {self.max_s:g} s, is over")
        return Allowance(remaining_s, "the deadline that the caller set is over")
