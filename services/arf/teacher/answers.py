"""The database table of the teacher's response cache: sealed answers by a hash of everything they depend on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from arf.kit.db.database import Database
from arf.kit.db.inserting import insert_or_replace
from arf.teacher.store import teacher_answer
from arf.v1.events_pb2 import Sealed

CacheKey = tuple[str, str]
"""A tenant, and the hex hash of everything an answer depends on."""


@dataclass(frozen=True)
class CachedAnswer:
    """An answer, sealed with the key of the call that first asked."""

    call_id: str
    answer: Sealed
    created_at: datetime
    expires_at: datetime


class SqlAnswers:
    """Cached answers in the database; one tenant's answers are never given to another."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def get(self, tenant: str, key_hash: str, now: datetime) -> CachedAnswer | None:
        """The answer under this hash, or None if there is none or it has expired."""
        table = teacher_answer.c
        query = select(table.call_id, table.answer, table.created_at, table.expires_at).where(
            table.tenant == tenant, table.key_hash == key_hash, table.expires_at > now
        )
        row = self._database.read(lambda connection: connection.execute(query).one_or_none())
        return None if row is None else CachedAnswer(*row)

    def put(self, answers: Mapping[CacheKey, CachedAnswer]) -> None:
        """Stores answers, replacing those already stored under the same key."""
        rows = [
            {
                "tenant": tenant,
                "key_hash": key_hash,
                "call_id": answer.call_id,
                "answer": answer.answer,
                "created_at": answer.created_at,
                "expires_at": answer.expires_at,
            }
            for (tenant, key_hash), answer in sorted(answers.items(), key=lambda item: item[0])
        ]
        self._database.write(lambda connection: insert_or_replace(connection, teacher_answer, rows))
