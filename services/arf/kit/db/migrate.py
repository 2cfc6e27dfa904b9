"""Upgrades the database's schema and checks its version, a number that only grows.

Migrations only add, so a release also runs on a newer schema: a rolling upgrade migrates first, and a rollback leaves
the schema.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect, text

from arf.kit.db.database import Database
from arf.kit.errors import Unavailable

MIGRATIONS = Path(__file__).parent / "migrations"

_LOCK = 0x617266_01
"""Key of the advisory lock that migrations hold."""


def upgrade(database: Database, scripts: Path = MIGRATIONS) -> None:
    """Upgrades the schema to this release's version, all steps or none; leaves a newer schema as it is.

    Concurrent upgrades wait for each other. Raises as `Database.write` does.
    """
    config, wanted = _config(scripts), _head(scripts)

    def migrate(connection: Connection) -> None:
        if not database.is_sqlite:
            connection.execute(text("SET LOCAL statement_timeout = 0"))
            # Waiting for other upgrades may take long. Waiting for a table may not: everybody queues behind.
            connection.execute(text("SET LOCAL lock_timeout = 0"))
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
            connection.execute(text("SET LOCAL lock_timeout = '10s'"))
        if version(connection) < wanted:
            config.attributes["connection"] = connection
            command.upgrade(config, "head")

    database.write(migrate)


def check(database: Database, scripts: Path = MIGRATIONS) -> None:
    """Readiness check: the schema is this release's or newer. Raises Unavailable or Corrupt."""
    found, wanted = database.read(version), _head(scripts)
    if found < wanted:
        raise Unavailable(f"database: schema version is {found}, this release needs {wanted}")


def version(connection: Connection) -> int:
    """The schema's version; 0 for an empty database."""
    if not inspect(connection).has_table("schema_version"):
        return 0
    return int(connection.execute(text("SELECT version_num FROM schema_version")).scalar() or 0)


def _config(scripts: Path) -> Config:
    config = Config()
    config.set_main_option("script_location", str(scripts).replace("%", "%%"))
    return config


@cache
def _head(scripts: Path) -> int:
    """The newest version of the scripts. Cached: probes ask every other second, and reading them takes 10 ms."""
    return int(ScriptDirectory.from_config(_config(scripts)).get_current_head() or 0)
