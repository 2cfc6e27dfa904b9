"""The one exception root: every error that ARF raises on purpose has a code and a message that is safe to show."""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum


class Code(Enum):
    """Why something failed; the names are gRPC's, so that services map them one to one."""

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
    """An error to show to whoever asked: it never holds text of a call.

    `retry_after_s` says in how many seconds trying again may help; None where nobody knows or nothing would.
    """

    code = Code.FAILED_PRECONDITION

    def __init__(self, message: str, retry_after_s: float | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.retry_after_s = retry_after_s


class InvalidRecord(ArfError):
    """A record breaks the format; `field` names what is wrong."""

    code = Code.INVALID_ARGUMENT

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(f"{field}: {reason}")
        self.field = field
        self.reason = reason


class InvalidRequest(ArfError):
    """A request breaks rules; `violations` are pairs of a field, e.g. `call.turns[1].text`, and what is wrong."""

    code = Code.INVALID_ARGUMENT

    def __init__(self, violations: Sequence[tuple[str, str]], shown: int = 8) -> None:
        more = f"; and {len(violations) - shown:,} more" if len(violations) > shown else ""
        super().__init__("; ".join(f"{field}: {reason}" for field, reason in violations[:shown]) + more)
        self.violations = tuple(violations)


class Unauthenticated(ArfError):
    """Nobody knows who asks: no token, or one that does not hold."""

    code = Code.UNAUTHENTICATED


class PermissionDenied(ArfError):
    """Who asks is known, and may not."""

    code = Code.PERMISSION_DENIED


class NotFound(ArfError):
    """Something that was named does not exist."""

    code = Code.NOT_FOUND


class Unavailable(ArfError):
    """A dependency does not answer; trying again later may help."""

    code = Code.UNAVAILABLE


class Aborted(ArfError):
    """Somebody else changed it meanwhile: read it again, then decide again."""

    code = Code.ABORTED


class TooLarge(ArfError):
    """A message is over the size limit: trying again does not help."""

    code = Code.RESOURCE_EXHAUSTED


class Overloaded(ArfError):
    """Too much waits already; `retry_after_s` is when trying again may help."""

    code = Code.RESOURCE_EXHAUSTED


class RateLimited(ArfError):
    """A tenant asks faster than its limits allow."""

    code = Code.RESOURCE_EXHAUSTED


class BudgetExhausted(ArfError):
    """A tenant's budget is spent or reserved; `retry_after_s` is the time until more may be had."""

    code = Code.RESOURCE_EXHAUSTED


class DeadlineExceeded(ArfError):
    """The time that the caller allowed is over."""

    code = Code.DEADLINE_EXCEEDED


class Corrupt(ArfError):
    """Stored data is not what was written."""

    code = Code.DATA_LOSS
