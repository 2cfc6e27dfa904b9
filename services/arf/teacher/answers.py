"""The teacher's response cache: sealed answers by a hash of all that they depend on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from sqlalchemy import select

from arf.kit.db.database import Database
from arf.kit.db.inserting import insert_or_replace
from arf.teacher.store import teacher_answer
from arf.v1.events_pb2 import Sealed

Place = tuple[str, str]
"""A tenant, and the hash of all that an answer depends on, in hex."""


@dataclass(frozen=True)
class CachedAnswer:
    """An answer, sealed with the key of the call that first asked."""

    call_id: str
    answer: Sealed
    created_at: datetime
    expires_at: datetime


class Answers(Protocol):
    """Answers of one tenant are never given to another."""

    def get(self, tenant: str, key_hash: str, now: datetime) -> CachedAnswer | None:
        """The answer under that hash, unless it has expired."""

    def put(self, answers: Mapping[Place, CachedAnswer]) -> None:
        """Keeps answers in place of those that were there."""


class SqlAnswers:
    """Answers in the database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def get(self, tenant: str, key_hash: str, now: datetime) -> CachedAnswer | None:
        """The answer under that hash, unless it has expired."""
        table = teacher_answer.c
        query = select(table.call_id, table.answer, table.created_at, table.expires_at).where(
            table.tenant == tenant, table.key_hash == key_hash, table.expires_at > now
        )
        row = self._database.read(lambda connection: connection.execute(query).one_or_none())
        return None if row is None else CachedAnswer(*row)

    def put(self, answers: Mapping[Place, CachedAnswer]) -> None:
        """Keeps answers in place of those that were there."""
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
