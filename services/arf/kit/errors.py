"""The root of ARF's exceptions: every deliberate error has a code and a message that is safe to show."""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum


class Code(Enum):
    """Why something failed; the names are those of gRPC's status codes."""

    INVALID_ARGUMENT = "invalid_argument"
    UNAUTHENTICATED = "unauthenticated"
    PERMISSION_DENIED = "permission_denied"
    NOT_FOUND = "not_found"
    FAILED_PRECONDITION = "failed_precondition"
    ABORTED = "aborted"
    RESOURCE_EXHAUSTED = "resource_exhausted"
    DEADLINE_EXCEEDED = "deadline_exceeded"
    UNAVAILABLE = "unavailable"
    DATA_LOSS = "data_loss"


class ArfError(Exception):
    """An error that may be shown to the caller: it never holds text of a call.

    `retry_after_s` is the number of seconds after which a retry may succeed; None if unknown or never.
    """

    code = Code.FAILED_PRECONDITION

    def __init__(self, message: str, retry_after_s: float | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.retry_after_s = retry_after_s


class InvalidRecord(ArfError):
    """A record or a setting is invalid; `field` names what is wrong."""

    code = Code.INVALID_ARGUMENT

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(f"{field}: {reason}")
        self.field = field
        self.reason = reason


class InvalidRequest(ArfError):
    """A request breaks rules; `violations` are pairs of a field, e.g. `call.turns[1].text`, and the reason."""

    code = Code.INVALID_ARGUMENT

    def __init__(self, violations: Sequence[tuple[str, str]], shown: int = 8) -> None:
        more = f"; and {len(violations) - shown:,} more" if len(violations) > shown else ""
        super().__init__("; ".join(f"{field}: {reason}" for field, reason in violations[:shown]) + more)
        self.violations = tuple(violations)


class Unauthenticated(ArfError):
    """The caller is unknown: it sent no token, or an invalid one."""

    code = Code.UNAUTHENTICATED


class PermissionDenied(ArfError):
    """The caller is known but not allowed to do this."""

    code = Code.PERMISSION_DENIED


class NotFound(ArfError):
    """Something that was asked for does not exist."""

    code = Code.NOT_FOUND


class Unavailable(ArfError):
    """A dependency does not answer; a later retry may succeed."""

    code = Code.UNAVAILABLE


class Aborted(ArfError):
    """Somebody else changed the resource meanwhile: read it again before another try."""

    code = Code.ABORTED


class TooLarge(ArfError):
    """A message is over the size limit; a retry cannot succeed."""

    code = Code.RESOURCE_EXHAUSTED


class Overloaded(ArfError):
    """The queue is full; `retry_after_s` says when to try again."""

    code = Code.RESOURCE_EXHAUSTED


class TenantHeld(ArfError):
    """One tenant lacks something, such as a token or a budget: its work waits until it is there, that of others not."""


class RateLimited(TenantHeld):
    """A tenant exceeds its rate limits."""

    code = Code.RESOURCE_EXHAUSTED


class BudgetExhausted(TenantHeld):
    """A tenant's budget is spent or reserved; `retry_after_s` is the time until more may be available."""

    code = Code.RESOURCE_EXHAUSTED


class DeadlineExceeded(ArfError):
    """The caller's deadline has passed."""

    code = Code.DEADLINE_EXCEEDED


class Corrupt(ArfError):
    """Stored data is not what was written."""

    code = Code.DATA_LOSS
