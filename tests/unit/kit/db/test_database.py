"""Transactions: whole or not at all, again after a conflict; errors say what is so, not what was written."""

from __future__ import annotations

import sqlite3
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Connection, insert, select, text, update
from sqlalchemy.exc import IntegrityError

from arf.audit.log import Action, AuditEntry, SqlAudit
from arf.kit.db.database import Database
from arf.kit.db.migrate import upgrade
from arf.kit.errors import Corrupt, InvalidRecord, Unavailable
from arf.teacher.store import budget

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)


def _add(connection: Connection, tenant: str = "acme", limit: int = 0) -> None:
    row = {"tenant": tenant, "period": "2026-11", "limit_micros": limit, "created_at": NOW}
    connection.execute(insert(budget).values(row))


def _limit(connection: Connection) -> int:
    return connection.execute(select(budget.c.limit_micros)).scalar_one()


def test_nothing_is_written_when_work_fails(database: Database) -> None:
    def work(connection: Connection) -> None:
        _add(connection)
        raise KeyError

    with pytest.raises(KeyError):
        database.write(work)
    assert database.read(lambda c: c.execute(select(budget)).all()) == []


def test_no_increment_is_lost_when_threads_write_at_once(database: Database) -> None:
    database.write(_add)

    def increment(connection: Connection) -> None:
        now = connection.execute(select(budget.c.limit_micros).with_for_update()).scalar_one()
        connection.execute(update(budget).values(limit_micros=now + 1))

    threads = [threading.Thread(target=lambda: [database.write(increment) for _ in range(20)]) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert database.read(_limit) == 80


def test_a_transaction_runs_again_when_another_changed_what_it_read(database: Database) -> None:
    if database.is_sqlite:
        pytest.skip("SQLite lets one writer in at a time, so none can change what another has read")
    database.write(_add)
    runs = []

    def work(connection: Connection) -> None:
        runs.append(1)
        if len(runs) == 1:
            connection.execute(text("SET TRANSACTION ISOLATION LEVEL SERIALIZABLE"))
            connection.execute(select(budget.c.limit_micros)).all()
            database.write(lambda other: other.execute(update(budget).values(limit_micros=5)))
        connection.execute(update(budget).values(limit_micros=budget.c.limit_micros + 1))

    database.write(work)
    assert len(runs) == 2
    assert database.read(_limit) == 6


def test_a_reader_sees_one_snapshot_when_another_writes(database: Database) -> None:
    database.write(_add)

    def twice(connection: Connection) -> tuple[int, int]:
        first = _limit(connection)
        database.write(lambda other: other.execute(update(budget).values(limit_micros=7)))
        return first, _limit(connection)

    assert database.read(twice) == (0, 0)
    assert database.read(_limit) == 7


def test_a_time_comes_back_with_its_zone(database: Database) -> None:
    database.write(_add)
    assert database.read(lambda c: c.execute(select(budget.c.created_at)).scalar_one()) == NOW
    now = database.read(database.now)
    assert abs(now - datetime.now(UTC)) < timedelta(minutes=5)


def test_a_text_that_the_database_cannot_keep_is_invalid(database: Database) -> None:
    at = datetime.now(UTC)
    entry = AuditEntry(at, "acme", "root", Action.REVIEW, "reviews/1", "a\0b")
    if database.is_sqlite:
        assert SqlAudit(database).append(entry)
        return
    with pytest.raises(InvalidRecord, match="NUL"):
        SqlAudit(database).append(entry)


@pytest.mark.parametrize("value", ["CAST(x'ff31' AS TEXT)", "'2026-13-41 10:00:00.000000'", "'now'"])
def test_a_damaged_row_is_corrupt_and_no_outage(tmp_path: Path, value: str) -> None:
    database = Database.open(f"sqlite:///{tmp_path}/state.db")
    upgrade(database)
    SqlAudit(database).append(AuditEntry(datetime.now(UTC), "acme", "root", Action.REVIEW, "reviews/1", "r"))
    with database.engine.begin() as connection:
        for (name,) in connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'trigger'").all():
            connection.exec_driver_sql(f"DROP TRIGGER {name}")
        connection.exec_driver_sql(f"UPDATE audit_entry SET at = {value}")
    with pytest.raises(Corrupt, match="is damaged"):
        SqlAudit(database).entries(None)
    database.close()


def test_foreign_keys_hold(database: Database) -> None:
    row = "INSERT INTO review_finding (review_id, finding_id, detector, error_type) VALUES ('none', 'f', 'd', 1)"
    with pytest.raises(IntegrityError):
        database.write(lambda connection: connection.execute(text(row)))


def test_an_error_holds_no_parameters(database: Database) -> None:
    database.write(lambda connection: _add(connection, "secret-tenant"))
    with pytest.raises(IntegrityError) as raised:
        database.write(lambda connection: _add(connection, "secret-tenant", limit=-424242))
    assert "parameters hidden" in str(raised.value)


def test_it_is_unavailable_when_no_server_answers(tmp_path: Path) -> None:
    database = Database.open(f"postgresql://arf:pass-word@/arf?host={tmp_path}")
    with pytest.raises(Unavailable) as raised:
        database.read(_limit)
    assert "pass-word" not in str(raised.value)


def test_it_is_corrupt_when_the_file_is_something_else(tmp_path: Path) -> None:
    (tmp_path / "store.db").write_bytes(b"not a database" * 500)
    with pytest.raises(Corrupt):
        Database.open(f"sqlite:///{tmp_path}/store.db").read(_limit)


def test_it_is_unavailable_when_another_keeps_the_lock(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("arf.kit.db.database.LOCK_TIMEOUT_S", 0)
    monkeypatch.setattr("arf.kit.db.database.RETRY_S", 0.05)
    database = Database.open(f"sqlite:///{tmp_path}/store.db")
    database.write(lambda connection: connection.execute(text("CREATE TABLE t (a)")))
    other = sqlite3.connect(tmp_path / "store.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(Unavailable, match="OperationalError 5"):
        database.write(lambda connection: connection.execute(text("INSERT INTO t VALUES (1)")))
    assert database.read(lambda c: c.execute(text("SELECT * FROM t")).all()) == []
    other.close()


@pytest.mark.parametrize("url", ["", "sqlite://", "sqlite:///:memory:", "mysql://u:pass-word@h/d", "nonsense"])
def test_it_is_refused_when_the_url_is_of_another_kind(url: str) -> None:
    with pytest.raises(InvalidRecord, match="database_url") as raised:
        Database.open(url)
    assert "pass-word" not in str(raised.value)
