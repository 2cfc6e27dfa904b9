"""What the rooms of ARF keep in the database: the tables, how long their rows stay, and how a call is forgotten.

Each room says it in its `store.py`, by a `Store` named STORE; upkeep, `arf forget` and the settings derive from that.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Connection, MetaData, Table

from arf.kit import packages
from arf.kit.db import tables
from arf.kit.db.database import Database

Forget = Callable[[Connection, str, str], Mapping[str, int]]
"""Removes what is kept of the call of a tenant and a call id; returns what it removed: how many, by name."""


@dataclass(frozen=True, slots=True)
class Retention:
    """How long the rows of a table stay: `days` from the moment that `old` compares, None for ever.

    The variable ARF_RETENTION__TABLE sets another number of days, unless the rows themselves say when they are over:
    then `days` is 0 and `fixed` is true.
    """

    table: Table
    old: Callable[[datetime], ColumnElement[bool]]
    """Which rows are older than a moment."""
    days: int | None
    fixed: bool = False
    tombstone: Callable[[datetime], Mapping[str, Any]] | None = None
    """What a row that is too old gets instead of being removed, given the time; its old values are overwritten."""


@dataclass(frozen=True, slots=True)
class Store:
    """What one room keeps. Rows of tables without a retention stay for ever."""

    tables: tuple[Table, ...]
    retention: tuple[Retention, ...] = ()
    forget: Forget | None = None


@cache
def stores() -> tuple[Store, ...]:
    """What all rooms keep."""
    return tuple(module.STORE for module in packages.modules("store"))


def metadata() -> MetaData:
    """The schema with the tables of all rooms."""
    stores()
    return tables.metadata


@cache
def retentions() -> Mapping[str, Retention]:
    """How long rows stay, by the name of their table."""
    return {rule.table.name: rule for store in stores() for rule in store.retention}


def forget(database: Database, tenant: str, call_id: str) -> dict[str, int]:
    """Removes what any room keeps of a call, all of it or nothing; returns what was removed: how many, by name.

    The text that is sealed with the call's key is left to whoever destroys the key. Raises as `Database.write` does.
    """
    hooks = [store.forget for store in stores() if store.forget is not None]

    def work(connection: Connection) -> dict[str, int]:
        removed: dict[str, int] = {}
        for hook in hooks:
            removed |= hook(connection, tenant, call_id)
        return removed

    return database.write(work)
