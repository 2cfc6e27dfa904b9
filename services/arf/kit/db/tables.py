"""The schema on which every package declares its tables, in its `store.py`.

The migrations create it; a test compares the two. `arf.kit.db.registry` collects the tables of all packages.
"""

from __future__ import annotations

from sqlalchemy import MetaData

ID = 128
"""Longest id, in characters."""

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    }
)
