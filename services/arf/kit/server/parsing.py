"""Parses and validates requests."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import protovalidate
from google.protobuf.message import DecodeError, Message

from arf.kit.errors import InvalidRequest, TooLarge
from arf.kit.server.wire_fault import fault


def parse(data: bytes, kind: type[Message], max_bytes: int) -> Message:
    """Parses a request of `kind`. Raises TooLarge, or InvalidRequest naming the field where the bytes are malformed."""
    if len(data) > max_bytes:
        raise TooLarge(f"a message of {len(data):,} bytes is over the limit of {max_bytes:,}")
    try:
        return kind.FromString(data)
    except DecodeError:
        found = fault(data, kind.DESCRIPTOR)  # type: ignore[arg-type]  # upb's, which the stubs keep apart
        raise InvalidRequest([(found.path or kind.DESCRIPTOR.full_name, found.reason)]) from None


def validate(request: Message, first_only: bool = False) -> None:
    """Raises InvalidRequest naming every field that breaks a protovalidate rule, or with `first_only` the first."""
    if violations := protovalidate.collect_violations(request, fail_fast=first_only):
        raise InvalidRequest([_explain(violation.proto) for violation in violations])


def _explain(violation: Any) -> tuple[str, str]:
    elements = violation.field.elements if violation.field else []
    return _path(elements) or "request", violation.message or violation.rule_id


def _path(elements: Iterable[Any]) -> str:
    """A field path such as `call.turns[1].text`; keys of maps are the caller's data and left out."""
    return ".".join(
        f"{e.field_name}[{e.subscript.value if isinstance(e.subscript.value, int) else '...'}]"
        if e.subscript is not None
        else e.field_name
        for e in elements
    )
