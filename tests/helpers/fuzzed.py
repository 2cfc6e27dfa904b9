"""Messages that nobody would send, made from descriptors alone."""

from __future__ import annotations

from typing import Any

from google.protobuf.descriptor import Descriptor, EnumDescriptor, FieldDescriptor
from google.protobuf.message import Message
from google.protobuf.message_factory import GetMessageClass
from hypothesis import strategies as st

from tests.helpers.mended import mended

_INTEGERS = {
    **dict.fromkeys(("INT32", "SINT32", "SFIXED32"), (-(2**31), 2**31 - 1)),
    **dict.fromkeys(("INT64", "SINT64", "SFIXED64"), (-(2**63), 2**63 - 1)),
    **dict.fromkeys(("UINT32", "FIXED32"), (0, 2**32 - 1)),
    **dict.fromkeys(("UINT64", "FIXED64"), (0, 2**64 - 1)),
}
_BOUNDS = {getattr(FieldDescriptor, f"TYPE_{name}"): bounds for name, bounds in _INTEGERS.items()}

_TEXT = st.one_of(
    st.sampled_from(["", "c1", "acme", "globex", "datasets/d1", "00000000-0000-0000-0000-000000000000", "not an id"]),
    st.text(max_size=12),
    st.sampled_from(["x", "\u00e9", "\U0001f600"]).map(lambda char: char * 20_001),
)


@st.composite
def messages(draw: st.DrawFn, kind: Descriptor, depth: int = 4) -> Message:
    """Messages of a kind, a few of whose fields are set, to anything that their type holds."""
    names = sorted(field.name for field in kind.fields if depth or field.message_type is None)
    chosen = draw(st.lists(st.sampled_from(names), unique=True, max_size=4)) if names else []
    return _filled(kind, {name: draw(_values(kind.fields_by_name[name], depth - 1)) for name in chosen})


def wire(kind: Descriptor) -> st.SearchStrategy[bytes]:
    """Bytes: any, those of messages, of messages that keep the rules, and of each with something broken."""
    whole = messages(kind).map(lambda message: message.SerializeToString())
    good = messages(kind).map(lambda message: mended(message).SerializeToString())
    return st.one_of(st.binary(max_size=64), whole, good, _broken(whole), _broken(good))


@st.composite
def _broken(draw: st.DrawFn, whole: st.SearchStrategy[bytes]) -> bytes:
    data = bytearray(draw(whole))
    place = draw(st.integers(0, len(data)))
    data[place : place + draw(st.integers(0, 4))] = draw(st.binary(max_size=4))
    return bytes(data)


def _values(field: FieldDescriptor, depth: int) -> st.SearchStrategy[Any]:
    if field.message_type is not None and field.message_type.GetOptions().map_entry:
        key, value = (field.message_type.fields_by_name[name] for name in ("key", "value"))
        return st.dictionaries(_one(key, depth), _one(value, depth), max_size=2)
    one = _one(field, depth)
    return st.lists(one, max_size=3) if field.is_repeated else one


def _one(field: FieldDescriptor, depth: int) -> st.SearchStrategy[Any]:
    if field.message_type is not None:
        return messages(field.message_type, max(depth, 0))
    if field.enum_type is not None:
        return _numbers(field.enum_type)
    if field.type in _BOUNDS:
        low, high = _BOUNDS[field.type]
        return st.one_of(st.integers(max(low, -1), 3), st.integers(low, high))
    if field.type == FieldDescriptor.TYPE_BOOL:
        return st.booleans()
    if field.type == FieldDescriptor.TYPE_STRING:
        return _TEXT
    if field.type == FieldDescriptor.TYPE_BYTES:
        return st.binary(max_size=8)
    return st.floats(width=32 if field.type == FieldDescriptor.TYPE_FLOAT else 64)


def _numbers(kind: EnumDescriptor) -> st.SearchStrategy[int]:
    return st.one_of(st.sampled_from([value.number for value in kind.values]), st.integers(-1, 2**31 - 1))


def _filled(kind: Descriptor, chosen: dict[str, Any]) -> Message:
    message = GetMessageClass(kind)()
    for name, value in chosen.items():
        field = kind.fields_by_name[name]
        if isinstance(value, dict):
            for key, inner in value.items():
                if isinstance(inner, Message):
                    getattr(message, name)[key].CopyFrom(inner)
                else:
                    getattr(message, name)[key] = inner
        elif field.is_repeated:
            getattr(message, name).extend(value)
        elif isinstance(value, Message):
            getattr(message, name).CopyFrom(value)
        else:
            setattr(message, name, value)
    return message
