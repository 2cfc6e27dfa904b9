"""Fixtures: a database of each kind, empty or with this release's schema. A conftest names those that its tests use."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.helpers import postgres
from tests.helpers.needs import lacking

KINDS = ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)]


@dataclass(frozen=True)
class PostgresFixture:
    """The session's server and the database that has the schema already."""

    server: postgres.PostgresServer
    template: str


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresFixture]:
    """A server for the whole session; skips with what is absent."""
    from arf.kit.db.database import Database
    from arf.kit.db.migrate import upgrade

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
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[object]:
    """An open database with this release's schema and nothing in it."""
    from arf.kit.db.database import Database
    from arf.kit.db.migrate import upgrade

    if request.param == "sqlite":
        store = Database.open(f"sqlite:///{tmp_path}/store.db")
        upgrade(store)
    else:
        fixture = request.getfixturevalue("postgres_server")
        store = Database.open(fixture.server.url(fixture.server.create(fixture.template)))
    yield store
    store.close()
