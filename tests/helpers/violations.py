"""What protovalidate says of a message, in a form to compare."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from google.protobuf.message import Message


def violated(message: Message) -> dict[str, str]:
    """Rule ids by the path of the field they are broken in, e.g. `call.turns[1].text`; the message itself is ``."""
    import protovalidate

    found = [violation.proto for violation in protovalidate.collect_violations(message)]
    return {_path(v.field.elements if v.field else []): v.rule_id for v in found}


def _path(elements: Sequence[Any]) -> str:
    return ".".join(
        f"{e.field_name}[{e.subscript.value}]" if e.subscript is not None else e.field_name for e in elements
    )
