"""Stored error profiles. The figures hold no text of calls; the examples do, and are sealed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC
from typing import Any, Protocol

from sqlalchemy import Connection, select, tuple_

from arf.analysis.store import error_profile, error_profile_example, error_profile_request
from arf.kit.db.database import Database
from arf.kit.db.inserting import insert_new
from arf.kit.db.page_token import place_of, token_of
from arf.kit.errors import NotFound
from arf.v1.error_profile_pb2 import ErrorProfile
from arf.v1.events_pb2 import Sealed


@dataclass(frozen=True)
class SealedExample:
    """An `arf.v1.ProfileExample`, sealed with the key of its call."""

    call_id: str
    example: Sealed


@dataclass(frozen=True)
class StoredProfile:
    """A profile without its examples, and the sealed examples in order."""

    profile: ErrorProfile
    examples: tuple[SealedExample, ...] = ()


@dataclass(frozen=True)
class StoredPage:
    """Profiles without examples, and the token of the next page, empty on the last."""

    profiles: list[StoredProfile] = field(default_factory=list)
    next_token: str = ""


class ProfileStore(Protocol):
    """Stores error profiles. Another tenant's profile is treated as missing."""

    def add(self, tenant: str, profile: StoredProfile, request_id: str = "") -> StoredProfile:
        """Stores a profile and returns it; if its id or request already has a profile, returns that one instead."""
        ...

    def get(self, tenant: str, profile_id: str) -> StoredProfile:
        """The profile with this id. Raises NotFound."""
        ...

    def of_request(self, tenant: str, request_id: str) -> StoredProfile | None:
        """The profile created by a request, or None if there is none."""
        ...

    def page(self, tenant: str, limit: int = 50, token: str = "") -> StoredPage:
        """One page of profiles, newest first, without examples. Raises InvalidRecord for an invalid page token."""
        ...


class SqlProfiles:
    """ProfileStore in the database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, tenant: str, profile: StoredProfile, request_id: str = "") -> StoredProfile:
        def work(connection: Connection) -> StoredProfile:
            _insert(connection, tenant, profile)
            if not request_id:
                return _get(connection, tenant, profile.profile.profile_id)
            row = {"tenant": tenant, "request_id": request_id, "profile_id": profile.profile.profile_id}
            insert_new(connection, error_profile_request, [row])
            return _get(connection, tenant, _of_request(connection, tenant, request_id) or "")

        return self._database.write(work)

    def get(self, tenant: str, profile_id: str) -> StoredProfile:
        return self._database.read(lambda connection: _get(connection, tenant, profile_id))

    def of_request(self, tenant: str, request_id: str) -> StoredProfile | None:
        def work(connection: Connection) -> StoredProfile | None:
            profile_id = _of_request(connection, tenant, request_id)
            return None if profile_id is None else _get(connection, tenant, profile_id)

        return self._database.read(work)

    def page(self, tenant: str, limit: int = 50, token: str = "") -> StoredPage:
        table = error_profile.c
        order = (table.created_at, table.profile_id)
        query = (
            select(table.profile, *order)
            .where(table.tenant == tenant)
            .order_by(*(column.desc() for column in order))
            .limit(limit + 1)
        )
        if token:
            query = query.where(tuple_(*order) < tuple_(*place_of(token)))
        rows = self._database.read(lambda connection: connection.execute(query).all())
        found = [StoredProfile(ErrorProfile.FromString(row.profile)) for row in rows[:limit]]
        if len(rows) <= limit:
            return StoredPage(found)
        last = rows[limit - 1]
        return StoredPage(found, token_of(at=last.created_at, id_=last.profile_id))


def _insert(connection: Connection, tenant: str, stored: StoredProfile) -> None:
    profile = stored.profile
    row = {
        "tenant": tenant,
        "profile_id": profile.profile_id,
        "created_at": profile.create_time.ToDatetime(UTC),
        "profile": profile.SerializeToString(deterministic=True),
    }
    insert_new(connection, error_profile, [row])
    if not _is_ours(connection, row):
        return
    rows = [
        {
            "tenant": tenant,
            "profile_id": profile.profile_id,
            "position": position,
            "call_id": sealed.call_id,
            "example": sealed.example,
        }
        for position, sealed in enumerate(stored.examples)
    ]
    insert_new(connection, error_profile_example, rows)


def _is_ours(connection: Connection, row: Mapping[str, Any]) -> bool:
    """Whether the stored profile is that of `row`, not one that somebody else created from the same analyses."""
    table = error_profile.c
    query = select(table.created_at).where(table.tenant == row["tenant"], table.profile_id == row["profile_id"])
    return bool(connection.execute(query).scalar_one() == row["created_at"])


def _get(connection: Connection, tenant: str, profile_id: str) -> StoredProfile:
    table, example = error_profile.c, error_profile_example.c
    query = select(table.profile).where(table.tenant == tenant, table.profile_id == profile_id)
    profile = connection.execute(query).scalar_one_or_none()
    if profile is None:
        raise NotFound(f"errorProfiles/{profile_id} does not exist")
    rows = connection.execute(
        select(example.call_id, example.example)
        .where(example.tenant == tenant, example.profile_id == profile_id)
        .order_by(example.position)
    )
    return StoredProfile(ErrorProfile.FromString(profile), tuple(SealedExample(*row) for row in rows))


def _of_request(connection: Connection, tenant: str, request_id: str) -> str | None:
    table = error_profile_request.c
    query = select(table.profile_id).where(table.tenant == tenant, table.request_id == request_id)
    found: str | None = connection.execute(query).scalar_one_or_none()
    return found
