"""Finds tenants, subjects, lists and times in requests by their descriptors, to check them all alike."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from google.protobuf.descriptor import Descriptor, FieldDescriptor
from google.protobuf.message import Message

from arf.kit.errors import InvalidRequest, PermissionDenied, TooLarge

Path = tuple[FieldDescriptor, ...]

_TIMES = frozenset({"google.protobuf.Timestamp", "google.protobuf.Duration"})


@dataclass(frozen=True, slots=True)
class RequestSubject:
    """The message type that an API's requests are about: the length of its texts is limited, and its id logged."""

    message: str
    """The message's full name."""
    id: str
    """The field that holds its id."""
    parts: str
    """The field with the list of its parts."""
    text: str
    """The field of a part that holds its text."""
    reference: str
    """The field of other messages that holds its id."""


@dataclass(frozen=True, slots=True)
class RequestShape:
    """Where a request type holds tenants, subjects, lists and times."""

    subject: RequestSubject | None
    tenants: tuple[Path, ...]
    subjects: tuple[Path, ...]
    subject_ids: tuple[tuple[Path, str], ...]
    lists: tuple[tuple[Path, str], ...]
    times: tuple[tuple[Path, str], ...]

    @classmethod
    def of(cls, kind: Descriptor, subject: RequestSubject | None) -> RequestShape:
        """The shape of a request type in an API with that subject.

        Messages nested within messages of their own type are not searched.
        """
        found = list(_messages(kind, (), frozenset()))
        single = [(path, inner) for path, inner in found if not any(step.is_repeated for step in path)]
        ids: list[tuple[Path, str]] = []
        if subject is not None:
            ids += [(path, subject.id) for path, inner in single if inner.full_name == subject.message]
            ids += [(path, subject.reference) for path, inner in single if subject.reference in inner.fields_by_name]
        return cls(
            subject,
            tuple(path for path, inner in found if "tenant" in inner.fields_by_name),
            tuple(path for path, inner in found if subject is not None and inner.full_name == subject.message),
            tuple(ids),
            tuple((path, field.name) for path, inner in found for field in inner.fields if field.is_repeated),
            tuple((path, field.name) for path, inner in found for field in inner.fields if _is_time(field)),
        )

    def count(self, request: Message, max_items: int) -> int:
        """Number of items in all lists, nested ones included. Raises TooLarge above `max_items`.

        Validation takes microseconds for each item, while an empty item takes only two bytes.
        """
        items = 0
        for path, field in self.lists:
            for holder, _ in _holders(request, path):
                items += len(getattr(holder, field))
                if items > max_items:
                    raise TooLarge(f"a message of more than {max_items:,} turns and other items together")
        return items

    def check_times(self, request: Message) -> None:
        """Raises InvalidRequest naming each timestamp out of range: protovalidate has no rule for that."""
        bad = [
            (_join(name, field), "is not a valid time: its seconds or nanos are out of range")
            for path, field in self.times
            for holder, name in _holders(request, path)
            if holder.HasField(field) and not _is_valid(getattr(holder, field))
        ]
        if bad:
            raise InvalidRequest(bad)

    def claim(self, request: Message, tenant: str) -> None:
        """Sets the tenant throughout the request. Raises PermissionDenied if it names another one."""
        for path in self.tenants:
            for holder, name in _holders(request, path):
                if holder.tenant not in ("", tenant):
                    raise PermissionDenied(f"{_join(name, 'tenant')}: the token is of tenant {tenant}, not of this one")
                holder.tenant = tenant

    def limit(self, request: Message, max_chars: int) -> None:
        """Raises InvalidRequest if the parts of a subject are together longer than `max_chars`."""
        if (subject := self.subject) is None:
            return
        for path in self.subjects:
            for found, name in _holders(request, path):
                chars = sum(len(getattr(part, subject.text)) for part in getattr(found, subject.parts))
                if chars > max_chars:
                    reason = f"{chars:,} characters together, but at most {max_chars:,} are allowed"
                    raise InvalidRequest([(_join(name, subject.parts), reason)])

    def subject_id(self, request: Message) -> tuple[str, str] | None:
        """The log key and the id of the request's subject, if it has exactly one."""
        if self.subject is None:
            return None
        for path, field in self.subject_ids:
            for holder, _ in _holders(request, path):
                if value := getattr(holder, field):
                    return self.subject.reference, str(value)
        return None


def _messages(kind: Descriptor, path: Path, above: frozenset[str]) -> Iterator[tuple[Path, Descriptor]]:
    """All ARF messages within a request type, itself included."""
    yield path, kind
    above |= {kind.full_name}
    for field in kind.fields:
        inner = field.message_type
        if inner is None or not inner.full_name.startswith("arf.") or inner.full_name in above:
            continue
        if not inner.GetOptions().map_entry:
            yield from _messages(inner, (*path, field), above)


def _is_time(field: FieldDescriptor) -> bool:
    return field.message_type is not None and field.message_type.full_name in _TIMES and not field.is_repeated


def _is_valid(time: Any) -> bool:
    try:
        time.ToJsonString()
    except ValueError:
        return False
    return True


def _holders(message: Any, path: Path, name: str = "") -> Iterator[tuple[Any, str]]:
    """The messages present at the end of a path, each with its name, e.g. `requests[3].call`."""
    if not path:
        yield message, name
        return
    step, rest = path[0], path[1:]
    if step.is_repeated:
        for index, inner in enumerate(getattr(message, step.name)):
            yield from _holders(inner, rest, f"{_join(name, step.name)}[{index}]")
    elif message.HasField(step.name):
        yield from _holders(getattr(message, step.name), rest, _join(name, step.name))


def _join(name: str, field: str) -> str:
    return f"{name}.{field}" if name else field
