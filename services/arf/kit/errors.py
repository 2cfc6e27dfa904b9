"""The one exception root: every error that ARF raises on purpose has a code and a message that is safe to show."""

from __future__ import annotations

from enum import Enum


class Code(Enum):
    """Why something failed; the names are gRPC's, so that services map them one to one."""

    INVALID_ARGUMENT = "invalid_argument"
    NOT_FOUND = "not_found"
    FAILED_PRECONDITION = "failed_precondition"
    RESOURCE_EXHAUSTED = "resource_exhausted"
    DEADLINE_EXCEEDED = "deadline_exceeded"
    UNAVAILABLE = "unavailable"
    DATA_LOSS = "data_loss"


class ArfError(Exception):
    """An error to show to whoever asked: it never holds text of a call.

    `retry_after_s` says in how many seconds trying again may help; None where nobody knows or nothing would.
    """

    code = Code.FAILED_PRECONDITION
    retry_after_s: float | None = None

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class InvalidRecord(ArfError):
    """A record breaks the format; `field` names what is wrong."""

    code = Code.INVALID_ARGUMENT

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(f"{field}: {reason}")
        self.field = field
        self.reason = reason


class NotFound(ArfError):
    """Something that was named does not exist."""

    code = Code.NOT_FOUND


class Unavailable(ArfError):
    """A dependency does not answer; trying again later may help."""

    code = Code.UNAVAILABLE

    def __init__(self, message: str, retry_after_s: float | None = None) -> None:
        super().__init__(message)
        self.retry_after_s = retry_after_s


class RateLimited(ArfError):
    """A tenant asks faster than its limits allow."""

    code = Code.RESOURCE_EXHAUSTED

    def __init__(self, message: str, retry_after_s: float) -> None:
        super().__init__(message)
        self.retry_after_s = retry_after_s


class BudgetExhausted(ArfError):
    """A tenant's budget is spent or reserved; `retry_after_s` is the time until more may be had."""

    code = Code.RESOURCE_EXHAUSTED

    def __init__(self, message: str, retry_after_s: float | None = None) -> None:
        super().__init__(message)
        self.retry_after_s = retry_after_s


class DeadlineExceeded(ArfError):
    """The time that the caller allowed is over."""

    code = Code.DEADLINE_EXCEEDED


class Corrupt(ArfError):
    """Stored data is not what was written."""

    code = Code.DATA_LOSS
