"""Fixtures: a database of each kind, empty or with this release's schema. A conftest names those that its tests use."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from arf.kit.db.database import Database
from arf.kit.db.migrate import upgrade
from tests.helpers import postgres
from tests.helpers.needs import lacking

KINDS = ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)]


def migrated(path: Path) -> Database:
    """The SQLite database of that path with this release's schema; it is made if there is none."""
    if not path.exists():
        path.write_bytes(_schema())
    return Database.open(f"sqlite:///{path}")


@cache
def _schema() -> bytes:
    # Made once a process: hundreds of tests begin with it.
    with TemporaryDirectory() as folder:
        path = Path(folder, "store.db")
        store = Database.open(f"sqlite:///{path}")
        upgrade(store)
        store.close()
        return path.read_bytes()


@dataclass(frozen=True)
class PostgresFixture:
    """The session's server and the database that has the schema already."""

    server: postgres.PostgresServer
    template: str


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresFixture]:
    """A server for the whole session; skips with what is absent."""
    if (absent := postgres.missing()) is not None:
        lacking("postgres", absent)
    with postgres.running() as server:
        template = server.create()
        store = Database.open(server.url(template))
        upgrade(store)
        store.close()
        yield PostgresFixture(server, template)


@pytest.fixture(params=KINDS)
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of an empty database."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/store.db"
    server = request.getfixturevalue("postgres_server").server
    return str(server.url(server.create()))


@pytest.fixture(params=KINDS)
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """An open database with this release's schema and nothing in it."""
    if request.param == "sqlite":
        store = migrated(tmp_path / "store.db")
    else:
        fixture = request.getfixturevalue("postgres_server")
        store = Database.open(fixture.server.url(fixture.server.create(fixture.template)))
    yield store
    store.close()
