"""Column types that mean the same on both databases."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import BigInteger, DateTime, Dialect, Integer, LargeBinary
from sqlalchemy.types import TypeDecorator, TypeEngine

from arf.v1.events_pb2 import Sealed

# SQLite numbers rows by itself only in a column that says INTEGER.
RowNumber = BigInteger().with_variant(Integer(), "sqlite")


class Time(TypeDecorator[datetime]):
    """A moment, always in UTC and with its zone. SQLite keeps none: it is taken off there and put back."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Without a zone on SQLite."""
        return dialect.type_descriptor(DateTime(timezone=dialect.name != "sqlite"))

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """In UTC. Raises ValueError for a time without a zone."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time needs a zone")
        utc = value.astimezone(UTC)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """In UTC, with its zone."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class SealedMessage(TypeDecorator[Sealed]):
    """Text of a call, sealed; the database holds the serialised `arf.v1.Sealed`."""

    impl = LargeBinary
    cache_ok = True

    def process_bind_param(self, value: Sealed | None, dialect: Dialect) -> bytes | None:
        """Its bytes."""
        return None if value is None else value.SerializeToString(deterministic=True)

    def process_result_value(self, value: bytes | None, dialect: Dialect) -> Sealed | None:
        """The message."""
        return None if value is None else Sealed.FromString(value)
