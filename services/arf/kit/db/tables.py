"""The one schema that all rooms declare their tables on, each in its `store.py`.

The migrations make it, and a test holds the two together. `arf.kit.db.registry` knows the tables of all rooms.
"""

from __future__ import annotations

from sqlalchemy import MetaData

ID = 128
"""The longest id."""

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    }
)
