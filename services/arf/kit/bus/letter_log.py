"""Logs dead letters: where the record is and whose, without text that another client may have put there."""

from __future__ import annotations

import re

import structlog

from arf.kit.bus.headers import TRACEPARENT
from arf.kit.bus.ids import split_call_key
from arf.kit.bus.port import Record
from arf.kit.errors import ArfError
from arf.kit.identifiers import is_id

logger = structlog.get_logger(__name__)

_TRACEPARENT = re.compile("[0-9a-f]{2}-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}")


def log_letter(stage: str, record: Record, event_id: str, error: ArfError) -> None:
    """Logs that `stage` gave up on `record`. Malformed ids are left out: they might be text of a call."""
    call = split_call_key(record.key)
    # Parsed here: the record's span has ended, and the bus does not import OpenTelemetry.
    trace = _TRACEPARENT.fullmatch(record.headers.get(TRACEPARENT, ""))
    logger.warning(
        "dead letter",
        stage=stage,
        code=error.code.value,
        call_id=call and call[1],
        event_id=event_id if is_id(event_id) else None,
        trace_id=trace and trace[1],
        topic=record.topic,
        partition=record.partition,
        offset=record.offset,
    )
