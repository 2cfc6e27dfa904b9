"""Turns an error into the status for a client: code, message and google.rpc details."""

from __future__ import annotations

import math
import uuid
from dataclasses import dataclass

import grpc
import structlog
from google.protobuf.duration_pb2 import Duration
from google.rpc import error_details_pb2, status_pb2

from arf.kit.errors import ArfError, Code, InvalidRecord, InvalidRequest

logger = structlog.get_logger(__name__)

CODES = {code: grpc.StatusCode[code.name] for code in Code}
"""Status codes by error code; both have gRPC's names."""

_BEHIND = (grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.DEADLINE_EXCEEDED, grpc.StatusCode.RESOURCE_EXHAUSTED)
_MAX_CHARS = 1024
_MAX_VIOLATIONS = 8
"""Trailers are metadata: above 8 KiB, clients fail with errors of their own."""


@dataclass(frozen=True, slots=True)
class Failure:
    """The status of a failed call."""

    code: grpc.StatusCode
    message: str
    trailers: tuple[tuple[str, str | bytes], ...] = ()
    error_id: str | None = None


def failure(error: Exception) -> Failure:
    """The status for an error. An unexpected one becomes INTERNAL, with an id that is logged too."""
    if isinstance(error, ArfError):
        return _message_of(error)
    if isinstance(error, grpc.RpcError) and _code_of(error) in _BEHIND:
        return Failure(grpc.StatusCode.UNAVAILABLE, "a service that this one needs does not answer")
    error_id = uuid.uuid4().hex[:12]
    logger.error("unexpected exception", error_id=error_id, exc_info=error)
    return Failure(grpc.StatusCode.INTERNAL, f"internal error {error_id}: the server's log says more", (), error_id)


def to_status(error: Exception) -> status_pb2.Status:
    """The status as a google.rpc.Status, for one item of a batch."""
    failed = failure(error)
    return _status(failed.code, failed.message, error if isinstance(error, ArfError) else None)


def _message_of(error: ArfError) -> Failure:
    code = CODES[error.code]
    message = error.message if len(error.message) <= _MAX_CHARS else error.message[: _MAX_CHARS - 3] + "..."
    status = _status(code, message, error)
    if not status.details:
        return Failure(code, message)
    trailers: list[tuple[str, str | bytes]] = [("grpc-status-details-bin", status.SerializeToString())]
    if error.retry_after_s is not None:
        trailers.append(("grpc-retry-pushback-ms", str(round(error.retry_after_s * 1000))))
        trailers.append(("retry-after", str(math.ceil(error.retry_after_s))))
    return Failure(code, message, tuple(trailers))


def _status(code: grpc.StatusCode, message: str, error: ArfError | None) -> status_pb2.Status:
    status = status_pb2.Status(code=code.value[0], message=message)
    fields: list[tuple[str, str]] = []
    if isinstance(error, InvalidRequest):
        fields = list(error.violations[:_MAX_VIOLATIONS])
    elif isinstance(error, InvalidRecord):
        fields = [(error.field, error.reason)]
    if fields:
        violation = error_details_pb2.BadRequest.FieldViolation
        listed = [violation(field=field[:200], description=reason[:200]) for field, reason in fields]
        status.details.add().Pack(error_details_pb2.BadRequest(field_violations=listed))
    if error is not None and error.retry_after_s is not None:
        delay = Duration()
        delay.FromMilliseconds(round(error.retry_after_s * 1000))
        status.details.add().Pack(error_details_pb2.RetryInfo(retry_delay=delay))
    return status


def _code_of(error: grpc.RpcError) -> grpc.StatusCode | None:
    code = getattr(error, "code", None)
    return code() if callable(code) else None
