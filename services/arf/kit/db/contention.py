"""Classifies a driver's errors: a conflict to retry, an outage, a corrupt file, or a bug."""

from __future__ import annotations

import sqlite3

from sqlalchemy.exc import DataError, DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from arf.kit.errors import ArfError, Corrupt, InvalidRecord, Unavailable

# Serialization failure, deadlock, lock not available.
_POSTGRES_CONTENTION = frozenset({"40001", "40P01", "55P03"})
# The server is starting or stopping, is out of connections, or cancelled the statement at its timeout.
_POSTGRES_OUTAGES = ("08", "53", "57")
_SQLITE_CONTENTION = frozenset({sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED})
_SQLITE_CORRUPT = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB})


def is_contention(error: BaseException) -> bool:
    """Whether the transaction lost a conflict with another one; a retry may succeed."""
    if not isinstance(error, DBAPIError):
        return False
    return _sqlstate(error) in _POSTGRES_CONTENTION or _sqlite_code(error) in _SQLITE_CONTENTION


def translated(error: Exception) -> ArfError | None:
    """The ArfError for a driver's error, without statements or values; None if it is a bug."""
    if isinstance(error, PoolTimeout):
        return Unavailable("database: every connection of the pool is in use")
    if not isinstance(error, DBAPIError):
        return None
    state, code = _sqlstate(error), _sqlite_code(error)
    if "decode to UTF-8" in str(error.orig):
        return Corrupt("database: a text is damaged")
    name = f"database: {type(error.orig).__name__} {state or code or ''}".rstrip()
    if isinstance(error, DataError):
        return InvalidRecord("value", f"{name}: one that the database cannot keep, such as a NUL character")
    if code in _SQLITE_CORRUPT:
        return Corrupt(name)
    outage = error.connection_invalidated or state.startswith(_POSTGRES_OUTAGES) or is_contention(error)
    if outage or (not state and isinstance(error, OperationalError | InterfaceError)):
        return Unavailable(name)
    return None


def _sqlstate(error: DBAPIError) -> str:
    return getattr(error.orig, "sqlstate", None) or ""


def _sqlite_code(error: DBAPIError) -> int:
    # The low byte is the primary result code.
    return int(getattr(error.orig, "sqlite_errorcode", 0)) & 0xFF
