"""Finds what is wrong with bytes that do not parse, which the parser does not say.

Walks the wire format (protobuf.dev/programming-guides/encoding) along the descriptor, after parsing has failed.
"""

from __future__ import annotations

from google.protobuf.descriptor import Descriptor, FieldDescriptor

_VARINT, _FIXED64, _BYTES, _START, _END, _FIXED32 = range(6)
_MAX_DEPTH = 100
_MAX_VARINT = 10
_MAX_FIELDS = 10_000


class Fault(Exception):
    """Where the bytes are malformed: a field's path, empty for the message itself, and the reason. Quotes no value."""

    def __init__(self, path: str, reason: str) -> None:
        super().__init__(f"{path}: {reason}" if path else reason)
        self.path = path
        self.reason = reason


def fault(data: bytes, kind: Descriptor) -> Fault:
    """The first fault of `data` as a message of `kind`; a general one if this walk finds none."""
    try:
        _Walk(data).message(0, len(data), kind, "", 0)
    except Fault as found:
        return found
    return Fault("", f"these bytes are not a {kind.full_name}")


class _Walk:
    """Walks the fields of a message and its submessages, up to a limit that takes milliseconds."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._left = _MAX_FIELDS

    def message(self, at: int, end: int, kind: Descriptor | None, path: str, depth: int) -> None:
        """Raises Fault for the first malformed field between two offsets."""
        if depth > _MAX_DEPTH:
            raise Fault(path, f"nested deeper than {_MAX_DEPTH} messages")
        seen: dict[int, int] = {}
        while at < end:
            if not self._left:
                raise Fault("", f"malformed somewhere after its first {_MAX_FIELDS:,} fields")
            self._left -= 1
            tag, at = _varint(self._data, at, end, path)
            number, wire_type = tag >> 3, tag & 7
            if not 0 < number < 1 << 29:
                raise Fault(path, f"no field has the number {number}, at byte {at}")
            field = kind.fields_by_number.get(number) if kind is not None else None
            seen[number] = seen.get(number, -1) + 1
            at = self._value(at, end, wire_type, field, _inside(path, field, number, seen[number]), depth)

    def _value(self, at: int, end: int, wire_type: int, field: FieldDescriptor | None, path: str, depth: int) -> int:
        """The offset after the value that begins at `at`."""
        if wire_type == _VARINT:
            return _varint(self._data, at, end, path)[1]
        if wire_type in (_FIXED64, _FIXED32):
            return _after(at, 8 if wire_type == _FIXED64 else 4, end, path)
        if wire_type == _BYTES:
            length, at = _varint(self._data, at, end, path)
            stop = _after(at, length, end, path)
            if field is not None and field.type == FieldDescriptor.TYPE_STRING:
                _text(self._data[at:stop], path)
            elif field is not None and field.type == FieldDescriptor.TYPE_MESSAGE:
                self.message(at, stop, field.message_type, path, depth + 1)
            return stop
        if wire_type == _START:
            raise Fault(path, "a group, which proto3 does not have")
        raise Fault(path, f"wire type {wire_type} has no meaning here")


def _text(raw: bytes, path: str) -> None:
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError as error:
        raise Fault(path, f"not UTF-8 at byte {error.start:,} of its {len(raw):,}") from None


def _varint(data: bytes, at: int, end: int, path: str) -> tuple[int, int]:
    value = 0
    for index in range(_MAX_VARINT):
        if at + index >= end:
            raise Fault(path, f"cut off at byte {end:,}")
        byte = data[at + index]
        value |= (byte & 0x7F) << (7 * index)
        if byte < 0x80:
            return value, at + index + 1
    raise Fault(path, f"a number at byte {at:,} does not end")


def _after(at: int, length: int, end: int, path: str) -> int:
    if at + length > end:
        raise Fault(path, f"{length:,} bytes are announced at byte {at:,}, {end - at:,} are there")
    return at + length


def _inside(path: str, field: FieldDescriptor | None, number: int, index: int) -> str:
    name = field.name if field is not None else f"(unknown field {number})"
    if field is not None and field.is_repeated:
        name += f"[{index}]"
    return f"{path}.{name}" if path else name
