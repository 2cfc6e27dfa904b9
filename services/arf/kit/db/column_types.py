"""Column types that mean the same on both databases."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import BigInteger, DateTime, Dialect, Integer, LargeBinary
from sqlalchemy.dialects import sqlite
from sqlalchemy.types import TypeDecorator, TypeEngine

from arf.kit.errors import Corrupt
from arf.v1.events_pb2 import Sealed

# SQLite generates row numbers only in a column of type INTEGER.
RowNumber = BigInteger().with_variant(Integer(), "sqlite")


class _SqliteTime(sqlite.DATETIME):
    """A time as text, of which one that is damaged is told as that."""

    def result_processor(self, dialect: Dialect, coltype: object) -> Any:
        """As DATETIME does, but raises Corrupt."""
        parsed: Any = super().result_processor(dialect, coltype)

        def process(value: Any) -> Any:
            try:
                return parsed(value)
            except ValueError:
                raise Corrupt("database: a time is damaged") from None

        return process


class Time(TypeDecorator[datetime]):
    """A time in UTC, with its zone. SQLite keeps no zone: it is removed there and added when read."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """DateTime, without a zone on SQLite."""
        own = _SqliteTime() if dialect.name == "sqlite" else DateTime(timezone=True)  # type: ignore[no-untyped-call]
        return dialect.type_descriptor(own)

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Converts to UTC. Raises ValueError for a time without a zone."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time needs a zone")
        utc = value.astimezone(UTC)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Returns the time in UTC with its zone."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class SealedMessage(TypeDecorator[Sealed]):
    """Sealed text of a call, stored as a serialised `arf.v1.Sealed`."""

    impl = LargeBinary
    cache_ok = True

    def process_bind_param(self, value: Sealed | None, dialect: Dialect) -> bytes | None:
        """Serialises the message."""
        return None if value is None else value.SerializeToString(deterministic=True)

    def process_result_value(self, value: bytes | None, dialect: Dialect) -> Sealed | None:
        """Parses the message."""
        return None if value is None else Sealed.FromString(value)
