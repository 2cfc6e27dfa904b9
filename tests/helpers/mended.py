"""Requests that keep the rules, by what protovalidate says of those that do not."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

import protovalidate
from google.protobuf.descriptor import Descriptor, FieldDescriptor
from google.protobuf.message import Message
from google.protobuf.message_factory import GetMessageClass

_NAMES = ("datasets", "tuningJobs", "adapters", "evaluationRuns", "promotions", "errorProfiles", "reviews")
_STRINGS = ("c1", *(f"{name}/c1" for name in _NAMES), "customer_service", "00000000-0000-4000-8000-000000000000")
_ROUNDS = 500


def least(kind: Descriptor) -> Message:
    """A message with nothing in it but what the rules ask for: each field is tried with one value after the other."""
    message = GetMessageClass(kind)()
    tries: Counter[str] = Counter()
    for _ in range(_ROUNDS):
        if (path := _deepest_violation(message)) is None:
            return message
        _try(message, path, tries[str(path)])
        tries[str(path)] += 1
    raise AssertionError(f"nothing found that keeps the rules of {kind.full_name} in {path}")


def mended(message: Message) -> Message:
    """The same message with what breaks a rule taken out, or replaced by what `least` has there."""
    base = least(message.DESCRIPTOR)  # type: ignore[arg-type]  # upb's, which the stubs keep apart
    for _ in range(_ROUNDS):
        if (path := _deepest_violation(message)) is None:
            return message
        _take_out(message, base, path)
    raise AssertionError(f"{message.DESCRIPTOR.full_name} cannot be mended in {path}")


def _deepest_violation(message: Message) -> list[Any] | None:
    """The path of what is wrong, empty for the message as a whole; None if nothing is."""
    found = [violation.proto.field for violation in protovalidate.collect_violations(message)]
    return max((list(field.elements) if field else [] for field in found), key=len, default=None)


def _try(message: Any, path: Sequence[Any], tries: int) -> None:
    if not path:  # a rule across fields, which an enum's value has brought up
        for field, value in message.ListFields():
            if field.enum_type is not None:
                setattr(message, field.name, value + 1)
        return
    for element in path[:-1]:
        message = getattr(message, element.field_name)
        message = message[element.subscript.value] if element.subscript is not None else message
    name = path[-1].field_name
    if (oneof := message.DESCRIPTOR.oneofs_by_name.get(name)) is not None:
        getattr(message, oneof.fields[tries % len(oneof.fields)].name).SetInParent()
        return
    field = message.DESCRIPTOR.fields_by_name[name]
    if field.message_type is not None:
        getattr(message, name).add() if field.is_repeated else getattr(message, name).SetInParent()
        return
    value = _STRINGS[tries % len(_STRINGS)] if field.type == FieldDescriptor.TYPE_STRING else 1
    getattr(message, name).append(value) if field.is_repeated else setattr(message, name, value)


def _take_out(message: Any, base: Any, path: Sequence[Any]) -> None:
    """Takes out as little as the path names, or goes as far down as both messages go."""
    if not path:
        message.CopyFrom(base)
        return
    step, rest = path[0], path[1:]
    if (oneof := message.DESCRIPTOR.oneofs_by_name.get(step.field_name)) is not None:
        for field in oneof.fields:
            _replace(message, base, field)
        return
    field = message.DESCRIPTOR.fields_by_name[step.field_name]
    if field.is_repeated and step.subscript is not None and isinstance(step.subscript.value, int):
        del getattr(message, field.name)[step.subscript.value]
    elif rest and not field.is_repeated and base.HasField(field.name):
        _take_out(getattr(message, field.name), getattr(base, field.name), rest)
    else:
        _replace(message, base, field)


def _replace(message: Any, base: Any, field: FieldDescriptor) -> None:
    message.ClearField(field.name)
    for set_field, value in base.ListFields():
        if set_field.name != field.name:
            continue
        if field.is_repeated:
            getattr(message, field.name).extend(value)
        elif field.message_type is not None:
            getattr(message, field.name).CopyFrom(value)
        else:
            setattr(message, field.name, value)
