"""The keys of calls, wrapped by a master key. A destroyed key leaves a tombstone, so that it is never replaced."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol
from uuid import uuid4

from sqlalchemy import Connection, select, tuple_, update

from arf.kit.db.database import Database
from arf.kit.db.inserting import insert_new
from arf.privacy.store import call_key, tombstone


@dataclass(frozen=True, slots=True)
class Wrapped:
    """A key, wrapped by the master key with the given id."""

    master_id: str
    data: bytes


@dataclass(frozen=True, slots=True)
class StoredKey:
    """The key of one call, or its tombstone."""

    tenant: str
    call_id: str
    key_id: str
    wrapped: Wrapped | None
    destroyed_at: datetime | None


_NEWEST = 5
"""As many keys tell which master key is the store's: one of them may be damaged."""

WrapNew = Callable[[str, str, str], Wrapped]
"""Makes and wraps a key for a tenant, a call id and a key id."""


class CallKeys(Protocol):
    """The port to the stored keys."""

    def get_or_create(self, tenant: str, call_id: str, wrap_new: WrapNew, now: datetime) -> StoredKey:
        """The call's key or tombstone; if there is neither, a new key.

        Concurrent processes all get the same one.
        """

    def get_or_create_all(
        self, calls: Sequence[tuple[str, str]], wrap_new: WrapNew, now: datetime
    ) -> Sequence[StoredKey]:
        """`get_or_create` for any number of calls, each a tenant and a call id; unordered."""

    def by_id(self, key_id: str) -> StoredKey | None:
        """The key or tombstone with that id, None if there never was one."""

    def newest_master_ids(self) -> list[str]:
        """The ids of the master keys that wrap the newest keys, of some of them."""

    def destroy(self, tenant: str, call_id: str, now: datetime) -> str:
        """Destroys the call's key and leaves a tombstone, even if the call had no key; returns its key id.

        Idempotent.
        """

    def not_under(self, master_id: str, limit: int) -> list[StoredKey]:
        """Up to `limit` keys that are wrapped by another master key."""

    def rewrap(self, key: StoredKey, wrapped: Wrapped) -> bool:
        """Replaces the wrapping. False, with no change, if `key` has changed meanwhile or is destroyed."""


class SqlCallKeys:
    """CallKeys in the database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def get_or_create(self, tenant: str, call_id: str, wrap_new: WrapNew, now: datetime) -> StoredKey:
        found = self._database.read(lambda connection: _of_call(connection, tenant, call_id))
        if found is not None:
            return found
        row = _new(tenant, call_id, wrap_new, now)
        return self._database.write(lambda connection: _kept(connection, row))

    def get_or_create_all(
        self, calls: Sequence[tuple[str, str]], wrap_new: WrapNew, now: datetime
    ) -> Sequence[StoredKey]:
        query = select(call_key).where(tuple_(call_key.c.tenant, call_key.c.call_id).in_(calls))
        # In a fixed order, so that processes with the same calls do not deadlock.
        rows = [_new(tenant, call_id, wrap_new, now) for tenant, call_id in sorted(calls)]

        def work(connection: Connection) -> list[StoredKey]:
            insert_new(connection, call_key, rows)
            return [_stored(row) for row in connection.execute(query)]

        return self._database.write(work)

    def by_id(self, key_id: str) -> StoredKey | None:
        query = select(call_key).where(call_key.c.key_id == key_id)
        row = self._database.read(lambda connection: connection.execute(query).one_or_none())
        return None if row is None else _stored(row)

    def newest_master_ids(self) -> list[str]:
        alive = select(call_key.c.master_id).where(call_key.c.destroyed_at.is_(None))
        query = alive.order_by(call_key.c.created_at.desc()).limit(_NEWEST)
        return self._database.read(lambda connection: list(connection.execute(query).scalars()))

    def destroy(self, tenant: str, call_id: str, now: datetime) -> str:
        overwritten = tombstone(now)
        row = {**_row(tenant, call_id, uuid4().hex, now), **overwritten}
        table = call_key.c
        alive = (table.tenant == tenant, table.call_id == call_id, table.destroyed_at.is_(None))

        def work(connection: Connection) -> str:
            key_id = _kept(connection, row).key_id
            connection.execute(update(call_key).where(*alive).values(overwritten))
            return key_id

        key_id = self._database.write(work)
        self._database.scrub()
        return key_id

    def not_under(self, master_id: str, limit: int) -> list[StoredKey]:
        query = select(call_key).where(call_key.c.master_id != master_id).order_by(call_key.c.key_id).limit(limit)
        rows = self._database.read(lambda connection: connection.execute(query).all())
        return [_stored(row) for row in rows]

    def rewrap(self, key: StoredKey, wrapped: Wrapped) -> bool:
        if key.wrapped is None:
            return False
        statement = (
            update(call_key)
            .where(call_key.c.key_id == key.key_id, call_key.c.wrapped == key.wrapped.data)
            .values(wrapped=wrapped.data, master_id=wrapped.master_id)
        )
        return self._database.write(lambda connection: connection.execute(statement).rowcount) == 1


def _row(tenant: str, call_id: str, key_id: str, now: datetime) -> dict[str, Any]:
    return {"tenant": tenant, "call_id": call_id, "key_id": key_id, "created_at": now}


def _new(tenant: str, call_id: str, wrap_new: WrapNew, now: datetime) -> dict[str, Any]:
    key_id = uuid4().hex
    wrapped = wrap_new(tenant, call_id, key_id)
    return _row(tenant, call_id, key_id, now) | {"wrapped": wrapped.data, "master_id": wrapped.master_id}


def _kept(connection: Connection, row: dict[str, Any]) -> StoredKey:
    """Inserts `row` unless the call has one; returns the row that is stored."""
    insert_new(connection, call_key, [row])
    found = _of_call(connection, row["tenant"], row["call_id"])
    assert found is not None  # rows are never removed
    return found


def _of_call(connection: Connection, tenant: str, call_id: str) -> StoredKey | None:
    query = select(call_key).where(call_key.c.tenant == tenant, call_key.c.call_id == call_id)
    row = connection.execute(query).one_or_none()
    return None if row is None else _stored(row)


def _stored(row: Any) -> StoredKey:
    wrapped = None if row.wrapped is None else Wrapped(row.master_id, bytes(row.wrapped))
    return StoredKey(row.tenant, row.call_id, row.key_id, wrapped, row.destroyed_at)
