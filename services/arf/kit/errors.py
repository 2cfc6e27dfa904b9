"""The one exception root: every error that ARF raises on purpose has a code and a message that is safe to show."""

from __future__ import annotations

from enum import Enum


class Code(Enum):
    """Why something failed; the names are gRPC's, so that services map them one to one."""

    INVALID_ARGUMENT = "invalid_argument"
    NOT_FOUND = "not_found"
    FAILED_PRECONDITION = "failed_precondition"
    UNAVAILABLE = "unavailable"
    DATA_LOSS = "data_loss"


class ArfError(Exception):
    """An error to show to whoever asked: it never holds text of a call."""

    code = Code.FAILED_PRECONDITION

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


class Corrupt(ArfError):
    """Stored data is not what was written."""

    code = Code.DATA_LOSS
