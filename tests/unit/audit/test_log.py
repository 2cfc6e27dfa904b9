"""The audit log grows and is never changed, not even past the repository."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from arf.audit.log import Action, AuditEntry, SqlAudit
from arf.kit.db.database import Database
from arf.kit.errors import InvalidRecord

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)


def _entry(resource: str, tenant: str = "acme", **changed: str) -> AuditEntry:
    return AuditEntry(
        NOW, tenant, changed.get("actor", "ann"), Action.FORGET, resource, changed.get("reason", "asked to")
    )


def test_entries_come_back_in_order_and_by_tenant(database: Database) -> None:
    audit = SqlAudit(database)
    numbers = [audit.append(_entry(f"calls/{n}")) for n in range(3)]
    audit.append(_entry("calls/9", tenant="other"))
    assert numbers == sorted(set(numbers))
    assert audit.entries("acme") == [(n, _entry(f"calls/{i}")) for i, n in enumerate(numbers)]
    assert audit.entries("acme", after=numbers[0], limit=1) == [(numbers[1], _entry("calls/1"))]


@pytest.mark.parametrize("field", ["actor", "reason"])
def test_an_entry_is_refused_when_it_does_not_say_who_or_why(database: Database, field: str) -> None:
    with pytest.raises(InvalidRecord, match=field):
        SqlAudit(database).append(_entry("calls/1", **{field: " "}))


@pytest.mark.parametrize("statement", ["UPDATE audit_entry SET reason = 'none'", "DELETE FROM audit_entry", "TRUNCATE"])
def test_the_database_refuses_to_change_an_entry(database: Database, statement: str) -> None:
    audit = SqlAudit(database)
    audit.append(_entry("calls/1"))
    if statement == "TRUNCATE":
        statement = "DELETE FROM audit_entry WHERE 1 = 1" if database.is_sqlite else "TRUNCATE audit_entry"
    with pytest.raises(DBAPIError, match="append-only"):
        database.write(lambda connection: connection.execute(text(statement)))
    assert [entry for _, entry in audit.entries("acme")] == [_entry("calls/1")]
