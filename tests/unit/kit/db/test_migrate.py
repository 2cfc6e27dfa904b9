"""Migrations make the schema that the code knows, only add to it, and may be started by everybody at once."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, inspect, text

from arf.kit.db.database import Database
from arf.kit.db.migrate import MIGRATIONS, check, upgrade, version
from arf.kit.db.registry import metadata
from arf.kit.errors import Unavailable
from tests.helpers import schema_changes

VERSIONS = sorted((MIGRATIONS / "versions").glob("v*.py"))

NEXT = """
import sqlalchemy as sa
from alembic import op
from sqlalchemy import text

revision = "9999"
down_revision = "{last:04}"


def upgrade():
    {body}
"""


def _scripts(folder: Path, count: int, body: str = "") -> Path:
    """The migrations up to number `count`, and one more that does `body`."""
    (folder / "versions").mkdir(parents=True)
    shutil.copy(MIGRATIONS / "env.py", folder)
    for path in VERSIONS[:count]:
        shutil.copy(path, folder / "versions")
    if body:
        (folder / "versions/v9999_next.py").write_text(NEXT.format(last=count, body=body), encoding="utf-8")
    return folder


def test_schema_is_what_the_code_knows_when_migrated(database: Database) -> None:
    def differences(connection: Connection) -> list[Any]:
        context = MigrationContext.configure(connection, opts={"version_table": "schema_version"})
        return list(compare_metadata(context, metadata()))

    assert database.read(differences) == []


def test_versions_are_numbered_without_a_gap() -> None:
    assert [int(path.name[1:5]) for path in VERSIONS] == list(range(1, len(VERSIONS) + 1))


def test_each_migration_only_adds(empty_url: str, tmp_path: Path) -> None:
    database = Database.open(empty_url)
    before: schema_changes.Schema = {}
    for count in range(1, len(VERSIONS) + 1):
        upgrade(database, _scripts(tmp_path / str(count), count))
        after = database.read(schema_changes.reflect)
        assert schema_changes.breaks(before, after) == []
        assert len(after) > len(before)
        before = after
    database.close()


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        ("op.drop_table('review_finding')", "review_finding is gone"),
        ("op.drop_column('review', 'comment')", "review.comment is gone"),
        ("op.add_column('budget', sa.Column('currency', sa.String(3)))", None),
        ("op.add_column('budget', sa.Column('n', sa.Integer, nullable=False, server_default=text('0')))", None),
        ("op.create_table('another', sa.Column('id', sa.Integer, primary_key=True))", None),
        ("op.create_index('one_call', 'review', ['call_id'], unique=True)", "review has more unique"),
        ("op.drop_index('ix_review_decided_at')", "review has lost of its indexes"),
        ("op.execute('ALTER TABLE review RENAME COLUMN channel TO medium')", "review.channel is gone"),
    ],
)
def test_a_migration_that_takes_away_is_noticed(
    database: Database, tmp_path: Path, body: str, problem: str | None
) -> None:
    before = database.read(schema_changes.reflect)
    upgrade(database, _scripts(tmp_path / "next", len(VERSIONS), body))
    found = schema_changes.breaks(before, database.read(schema_changes.reflect))

    assert bool(found) == (problem is not None)
    assert problem is None or any(line.startswith(problem) for line in found)


def test_this_release_runs_when_the_schema_is_a_newer_one(database: Database, tmp_path: Path) -> None:
    upgrade(database, _scripts(tmp_path / "next", len(VERSIONS), "op.add_column('budget', sa.Column('x', sa.Text))"))

    check(database)
    upgrade(database)
    assert database.read(version) == 9999


def test_readiness_names_both_versions_when_the_schema_is_behind(empty_url: str, tmp_path: Path) -> None:
    database = Database.open(empty_url)
    with pytest.raises(Unavailable, match="version is 0, this release needs"):
        check(database)
    upgrade(database, _scripts(tmp_path / "old", 1))
    with pytest.raises(Unavailable, match="version is 1, this release needs"):
        check(database)
    upgrade(database)
    check(database)
    database.close()


def test_nothing_is_changed_when_a_migration_fails_half_way(empty_url: str, tmp_path: Path) -> None:
    database = Database.open(empty_url)
    body = "op.create_table('half', sa.Column('id', sa.Integer, primary_key=True)); raise RuntimeError('half way')"
    with pytest.raises(RuntimeError, match="half way"):
        upgrade(database, _scripts(tmp_path / "next", 1, body))

    assert database.read(lambda connection: inspect(connection).get_table_names()) == []
    database.close()


def test_each_version_is_made_once_when_processes_start_together(empty_url: str) -> None:
    program = (
        "import sys; from arf.kit.db.database import Database; from arf.kit.db.migrate import upgrade;"
        "sys.stdin.readline(); upgrade(Database.open(sys.argv[1]))"
    )
    command = [sys.executable, "-c", program, empty_url]
    started = [
        subprocess.Popen(command, stdin=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env={"PYTHONPATH": _path()})
        for _ in range(4)
    ]
    for process in started:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    ends = [(process.communicate()[1], process.returncode) for process in started]

    assert [code for _, code in ends] == [0] * 4, ends
    database = Database.open(empty_url)
    check(database)
    assert database.read(lambda c: c.execute(text("SELECT count(*) FROM schema_version")).scalar()) == 1
    database.close()


def _path() -> str:
    return str(Path(__file__).parents[4] / "services")
