"""The audit log: who changed what, when and why. Append-only: the database refuses to change or remove an entry."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Protocol

from sqlalchemy import insert, select

from arf.audit.store import audit_entry
from arf.kit.db.database import Database
from arf.kit.errors import InvalidRecord


class Action(Enum):
    """The actions that are audited."""

    PROMOTE = "PROMOTE"
    ROLLBACK = "ROLLBACK"
    FORGET = "FORGET"
    REPLAY = "REPLAY"
    REVIEW = "REVIEW"
    BUDGET = "BUDGET"
    PURGE = "PURGE"


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """One action on a `resource`, with its `reason`; neither holds text of a call. `at` has a time zone."""

    at: datetime
    tenant: str
    actor: str
    action: Action
    resource: str
    reason: str


class Audit(Protocol):
    """The port to the audit log; an action is written before it takes effect."""

    def append(self, entry: AuditEntry) -> int:
        """Appends an entry durably; returns its number, which grows.

        Raises InvalidRecord if actor or reason is blank, Unavailable if it cannot be written: then the action must not
        be taken.
        """

    def entries(self, tenant: str | None, after: int = 0, limit: int = 100) -> list[tuple[int, AuditEntry]]:
        """The entries of a tenant, or all, with numbers above `after`, oldest first."""


class SqlAudit:
    """Audit in the database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def append(self, entry: AuditEntry) -> int:
        for field in ("actor", "reason"):
            if not getattr(entry, field).strip():
                raise InvalidRecord(field, "the audit log requires it")
        row = {
            "at": entry.at,
            "tenant": entry.tenant,
            "actor": entry.actor,
            "action": entry.action.value,
            "resource": entry.resource,
            "reason": entry.reason,
        }
        statement = insert(audit_entry).values(row).returning(audit_entry.c.entry_id)
        return self._database.write(lambda connection: int(connection.execute(statement).scalar_one()))

    def entries(self, tenant: str | None, after: int = 0, limit: int = 100) -> list[tuple[int, AuditEntry]]:
        table = audit_entry.c
        query = select(audit_entry).where(table.entry_id > after).order_by(table.entry_id).limit(limit)
        if tenant is not None:
            query = query.where(table.tenant == tenant)
        rows = self._database.read(lambda connection: connection.execute(query).all())
        return [
            (row.entry_id, AuditEntry(row.at, row.tenant, row.actor, Action(row.action), row.resource, row.reason))
            for row in rows
        ]
