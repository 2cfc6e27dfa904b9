"""Records on disk: JSONL of ProtoJSON with snake_case names and enums by short name (`WRONG_DETAIL`).

Files hold the same messages as the bus. Writing is deterministic: the same message gives the same bytes.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, TypeVar

from google.protobuf.descriptor import EnumDescriptor, FieldDescriptor
from google.protobuf.json_format import MessageToDict, ParseDict, ParseError
from google.protobuf.message import Message

from arf.kit.errors import ArfError, Corrupt, InvalidRecord

M = TypeVar("M", bound=Message)


def enum_prefix(enum: EnumDescriptor) -> str:
    """The prefix of an enum's value names, which buf requires, e.g. `ERROR_TYPE_`."""
    return enum.values[0].name.removesuffix("UNSPECIFIED")


def short_name(enum: EnumDescriptor, number: int) -> str:
    """The short name of an enum value, e.g. 2 -> `WRONG_DETAIL`."""
    return enum.values_by_number[number].name.removeprefix(enum_prefix(enum))


def to_dict(message: Message) -> dict[str, Any]:
    """A message as plain JSON types; unset fields are left out."""
    raw = MessageToDict(message, preserving_proto_field_name=True)
    return _rename(raw, message.DESCRIPTOR, _shorten)


def from_dict(raw: dict[str, Any], kind: type[M]) -> M:
    """A message of `kind` from plain JSON types.

    Raises InvalidRecord naming the field if a value has the wrong type or a name is unknown.
    """
    try:
        return ParseDict(_rename(raw, kind.DESCRIPTOR, _lengthen), kind())
    except ParseError as error:
        raise InvalidRecord(*_explain(str(error))) from None


def dumps(message: Message) -> str:
    """One JSONL line, without its newline: sorted keys, non-ASCII kept."""
    return json.dumps(to_dict(message), sort_keys=True, ensure_ascii=False)


def loads(line: str, kind: type[M]) -> M:
    """A message of `kind` from one JSONL line. Raises InvalidRecord."""
    try:
        raw = json.loads(line)
    except ValueError as error:
        raise InvalidRecord("line", f"not JSON: {error}") from None
    if not isinstance(raw, dict):
        raise InvalidRecord("line", "not a JSON object")
    return from_dict(raw, kind)


def read(path: Path, kind: type[M]) -> Iterator[M]:
    """Reads messages from a file that ARF wrote. Raises Corrupt, naming file and line, for anything else."""
    with path.open(encoding="utf-8") as lines:
        for number, line in enumerate(lines, 1):
            try:
                yield loads(line, kind)
            except InvalidRecord as error:
                raise Corrupt(f"{path}:{number}: {error}") from None


def write(path: Path, messages: Iterable[Message]) -> None:
    """Replaces a file by records, as `write_text` does."""
    write_text(path, "".join(dumps(m) + "\n" for m in messages))


def write_text(path: Path, text: str) -> None:
    """Replaces a text file atomically and durably: readers see the old text or the new one, even after a crash.

    Of a symbolic link the target is replaced; devices and pipes are written to directly. Raises ArfError naming the
    file if it cannot be written; then nothing is left behind.
    """
    try:
        if path.exists() and not path.is_file():
            with path.open("w", encoding="utf-8", newline="\n") as device:
                device.write(text)
            return
        _replace(path.resolve(), text)
    except OSError as error:
        raise ArfError(f"{path}: cannot be written: {error.strerror or error}") from None


def _replace(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.tmp")
    try:
        with temporary.open("w", encoding="utf-8", newline="\n") as out:
            out.write(text)
            out.flush()
            os.fsync(out.fileno())
        temporary.replace(path)
    except OSError:
        temporary.unlink(missing_ok=True)
        raise


def _shorten(enum: EnumDescriptor, value: Any) -> Any:
    return value.removeprefix(enum_prefix(enum)) if isinstance(value, str) else value


def _lengthen(enum: EnumDescriptor, value: Any) -> Any:
    if not isinstance(value, str) or value.startswith(enum_prefix(enum)):
        return value
    return enum_prefix(enum) + value


def _rename(raw: Any, kind: Any, change: Any) -> dict[str, Any]:
    """The same dict with `change` applied to each enum value, in submessages too."""
    if not isinstance(raw, dict) or kind.full_name.startswith("google.protobuf."):
        return raw  # type: ignore[no-any-return]  # not an object where one belongs: the parser says so
    out = dict(raw)
    for name, value in raw.items():
        field = kind.fields_by_name.get(name)
        if field is not None:
            out[name] = _rename_value(value, field, change)
    return out


def _rename_value(value: Any, field: FieldDescriptor, change: Any) -> Any:
    nested = field.message_type
    if nested is not None and nested.GetOptions().map_entry:
        inner = nested.fields_by_name["value"]
        return {k: _rename_value(v, inner, change) for k, v in value.items()} if isinstance(value, dict) else value
    if isinstance(value, list):
        return [_rename_value(v, field, change) for v in value]
    if nested is not None:
        return _rename(value, nested, change)
    return change(field.enum_type, value) if field.enum_type is not None else value


def _explain(message: str) -> tuple[str, str]:
    """protobuf's error message, split into field and reason."""
    head, _, tail = message.partition(" field: ")
    if tail and head.startswith("Failed to parse "):
        return head.removeprefix("Failed to parse "), tail.rstrip(".")
    return "line", message.rstrip(".")
