"""Logs: one JSON object per line, with allowed keys only and never text of a call.

Keys outside ALLOWED are dropped. Exceptions appear by type and place, since their messages may quote text of calls;
messages of libraries appear by their place in the source, for the same reason. Messages of ArfErrors and of our own
loggers are safe by contract.
"""

from __future__ import annotations

import logging
import sys
import traceback
from collections.abc import Iterator, MutableMapping
from pathlib import PurePath
from typing import Any, TextIO

import structlog
from opentelemetry import trace

ALLOWED = frozenset(
    {
        "event", "level", "timestamp", "logger", "service", "role", "stage",
        "method", "code", "seconds", "reason", "call_id", "event_id", "tenant", "subject",
        "trace_id", "span_id", "error_id", "error", "at", "caused_by",
        "address", "port", "path", "name", "count", "topic", "partition", "offset",
        "upstream", "adapter", "attempt", "signal",
    }
)  # fmt: skip
"""The allowed keys. `reason` is an ArfError's message, `error` an exception's type, `at` its stack's places."""

TRUSTED = ("arf", "kafka", "alembic")
"""Loggers whose messages are shown: ours, and those of libraries that see no text of calls, or only sealed."""

_CHATTY = "kafka"
"""kafka-python logs a dozen lines a second during an outage; the bus itself logs what matters."""

_MAX_CHARS = 500
_MAX_FRAMES = 20

EventDict = MutableMapping[str, Any]


def configure(service: str, level: str = "INFO", stream: TextIO | None = None) -> None:
    """Sends structlog's and the standard library's records to `stream`, stdout by default, as JSON lines."""
    threshold = logging.getLevelNamesMapping()[level.upper()]
    structlog.configure(
        processors=processors(service),
        wrapper_class=structlog.make_filtering_bound_logger(threshold),
        logger_factory=structlog.PrintLoggerFactory(stream or sys.stdout),
        cache_logger_on_first_use=False,
    )
    root = logging.getLogger()
    root.handlers[:] = [StandardLibraryBridge()]
    root.setLevel(max(threshold, logging.WARNING))
    logging.getLogger("arf").setLevel(threshold)
    logging.getLogger(_CHATTY).setLevel(logging.CRITICAL if threshold > logging.DEBUG else logging.WARNING)


def processors(service: str) -> list[Any]:
    """The structlog processors that turn a record into a line."""
    return [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True, key="timestamp"),
        lambda _logger, _name, event: {**event, "service": service},
        _add_trace,
        _explain_exception,
        drop_unknown_keys,
        structlog.processors.JSONRenderer(sort_keys=True, ensure_ascii=False),
    ]


def drop_unknown_keys(_logger: Any, _name: str, event: EventDict) -> EventDict:
    """Keeps allowed keys with plain values, and truncates long texts."""
    kept: EventDict = {}
    for key, value in event.items():
        if key not in ALLOWED or value is None:
            continue
        if isinstance(value, str):
            kept[key] = value[:_MAX_CHARS]
        elif isinstance(value, bool | int | float) or (key == "at" and isinstance(value, list)):
            kept[key] = value
    return kept


def _add_trace(_logger: Any, _name: str, event: EventDict) -> EventDict:
    context = trace.get_current_span().get_span_context()
    if context.is_valid:
        event["trace_id"] = trace.format_trace_id(context.trace_id)
        event["span_id"] = trace.format_span_id(context.span_id)
    return event


def _explain_exception(_logger: Any, _name: str, event: EventDict) -> EventDict:
    """Replaces an exception by its type, places and causes' types: no message, values or source lines."""
    given = event.pop("exc_info", None)
    error = sys.exc_info()[1] if given is True else given[1] if isinstance(given, tuple) else given
    if isinstance(error, BaseException):
        event["error"] = type(error).__name__
        event["at"] = [
            f"{PurePath(frame.filename).name}:{frame.lineno} {frame.name}"
            for frame in traceback.extract_tb(error.__traceback__)[-_MAX_FRAMES:]
        ]
        event["caused_by"] = ", ".join(type(cause).__name__ for cause in _causes(error)) or None
    return event


def _causes(error: BaseException) -> Iterator[BaseException]:
    seen = {id(error)}
    cause = error.__cause__ or error.__context__
    while cause is not None and id(cause) not in seen:
        seen.add(id(cause))
        yield cause
        cause = cause.__cause__ or cause.__context__


class StandardLibraryBridge(logging.Handler):
    """Passes the standard library's log records to structlog; a library's message becomes its place in the source."""

    def emit(self, record: logging.LogRecord) -> None:
        """Logs the record through structlog."""
        trusted = record.name.partition(".")[0] in TRUSTED
        try:
            event = record.getMessage() if trusted else f"{record.module}:{record.lineno} {record.funcName}"
            log = structlog.get_logger()
            log.log(record.levelno, event, logger=record.name, exc_info=record.exc_info)
        except Exception:  # noqa: BLE001  # a record that cannot be written must not end the work; handleError reports it
            self.handleError(record)

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802  # logging's name
        """Reports on stderr that a record was lost, without its content."""
        sys.stderr.write(f"a log record of {record.name} at {record.module}:{record.lineno} could not be written\n")
