"""Error profiles, kept as they were made. The numbers hold no text of calls; the examples, which do, are sealed."""

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
    """An `arf.v1.ProfileExample` under the key of its call."""

    call_id: str
    example: Sealed


@dataclass(frozen=True)
class StoredProfile:
    """A profile without its examples, and those, in their order."""

    profile: ErrorProfile
    examples: tuple[SealedExample, ...] = ()


@dataclass(frozen=True)
class StoredPage:
    """Profiles without examples, and the token of the page after; empty on the last."""

    profiles: list[StoredProfile] = field(default_factory=list)
    next_token: str = ""


class ProfileStore(Protocol):
    """Where error profiles are kept. One of another tenant is as one that does not exist."""

    def add(self, tenant: str, profile: StoredProfile, request_id: str = "") -> StoredProfile:
        """Keeps a profile, unless there is one of its id, or of that request: then returns that one."""
        ...

    def get(self, tenant: str, profile_id: str) -> StoredProfile:
        """The profile of that id. Raises NotFound."""
        ...

    def of_request(self, tenant: str, request_id: str) -> StoredProfile | None:
        """The profile that a request was given, None if nobody made that request."""
        ...

    def page(self, tenant: str, limit: int = 50, token: str = "") -> StoredPage:
        """A page, the newest first, without examples. Raises InvalidRecord for a token that it never gave."""
        ...


class SqlProfiles:
    """ProfileStore in the database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, tenant: str, profile: StoredProfile, request_id: str = "") -> StoredProfile:
        """Keeps a profile, unless there is one of its id, or of that request: then returns that one."""

        def work(connection: Connection) -> StoredProfile:
            _insert(connection, tenant, profile)
            if not request_id:
                return _get(connection, tenant, profile.profile.profile_id)
            row = {"tenant": tenant, "request_id": request_id, "profile_id": profile.profile.profile_id}
            insert_new(connection, error_profile_request, [row])
            return _get(connection, tenant, _of_request(connection, tenant, request_id) or "")

        return self._database.write(work)

    def get(self, tenant: str, profile_id: str) -> StoredProfile:
        """The profile of that id. Raises NotFound."""
        return self._database.read(lambda connection: _get(connection, tenant, profile_id))

    def of_request(self, tenant: str, request_id: str) -> StoredProfile | None:
        """The profile that a request was given, None if nobody made that request."""

        def work(connection: Connection) -> StoredProfile | None:
            profile_id = _of_request(connection, tenant, request_id)
            return None if profile_id is None else _get(connection, tenant, profile_id)

        return self._database.read(work)

    def page(self, tenant: str, limit: int = 50, token: str = "") -> StoredPage:
        """A page, the newest first, without examples. Raises InvalidRecord for a token that it never gave."""
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
    """Whether the profile that is there is that of `row`, not one that somebody else made of the same analyses."""
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
