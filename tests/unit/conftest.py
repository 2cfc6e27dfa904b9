"""Each test of what keeps state runs on SQLite, and on PostgreSQL where its programs are found."""

from __future__ import annotations

from tests.helpers.databases import database, empty_url, postgres_server

__all__ = ["database", "empty_url", "postgres_server"]
