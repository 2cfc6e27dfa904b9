from __future__ import annotations

from tests.helpers.databases import database, postgres_server

__all__ = ["database", "postgres_server"]
