"""Alembic's entry: runs the migrations in the transaction that arf.kit.db.migrate has opened."""

from __future__ import annotations

from alembic import context

context.configure(
    connection=context.config.attributes["connection"],
    version_table="schema_version",
    # SQLite's DDL is transactional too, once the driver leaves transactions alone.
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
