"""Opens and makes sealed records of the bus."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Protocol, TypeVar

from google.protobuf.message import DecodeError, Message

from arf.kit.bus.headers import SCHEMA
from arf.kit.bus.ids import call_key
from arf.kit.bus.port import Record
from arf.kit.errors import Corrupt, InvalidRecord
from arf.v1.events_pb2 import Sealed

M = TypeVar("M", bound=Message)


class Seals(Protocol):
    """The part of arf.privacy.seal.Sealer that records need."""

    def prepare(self, calls: Iterable[tuple[str, str]]) -> None:
        """Raises Unavailable."""
        ...

    def seal(self, tenant: str, call_id: str, schema: str, plaintext: bytes, record_key: str) -> Sealed:
        """Raises Forgotten, Unavailable."""
        ...

    def open(self, sealed: Sealed, record_key: str) -> bytes:
        """Raises Forgotten, Corrupt, Unavailable."""
        ...


def opened(seals: Seals, record: Record, kind: type[M]) -> M:
    """Opens the message in a record.

    Raises InvalidRecord if the record does not hold a sealed message of that kind, Corrupt if it does not open,
    Forgotten if its call was forgotten, Unavailable.
    """
    wanted = kind.DESCRIPTOR.full_name
    if (schema := record.headers.get(SCHEMA)) != wanted:
        raise InvalidRecord(f"headers.{SCHEMA}", f"is {schema or 'missing'}, not {wanted}")
    return unsealed(seals, _sealed(record.value), record.key, kind)


def opener(seals: Seals, kind: type[M]) -> Callable[[Record], M]:
    """A function that opens records of that kind, as `opened` does."""
    return lambda record: opened(seals, record, kind)


def unsealed(seals: Seals, sealed: Sealed, record_key: str, kind: type[M]) -> M:
    """Opens a message that was sealed for a record with that key. Raises as `opened` does."""
    if sealed.schema != kind.DESCRIPTOR.full_name:
        raise InvalidRecord("value.schema", f"is {sealed.schema or 'missing'}, not {kind.DESCRIPTOR.full_name}")
    plaintext = seals.open(sealed, record_key)
    try:
        return kind.FromString(plaintext)
    except DecodeError:
        raise Corrupt(f"{sealed.schema} of {record_key} is not the message that it says it is") from None


def sealed_for_call(seals: Seals, tenant: str, call_id: str, message: Message) -> Sealed:
    """Seals a message with its call's key, for the call's record. Raises Forgotten, Unavailable."""
    plaintext = message.SerializeToString(deterministic=True)
    return seals.seal(tenant, call_id, message.DESCRIPTOR.full_name, plaintext, call_key(tenant, call_id))


def _sealed(value: bytes) -> Sealed:
    try:
        return Sealed.FromString(value)
    except DecodeError:
        raise InvalidRecord("value", "is not an arf.v1.Sealed") from None
