"""Collects the tables of all packages, how long their rows are kept, and how a call is forgotten.

A package declares them in its `store.py` as a `Store` named STORE; upkeep, `arf forget` and the settings use that.
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
"""Removes all data of a call, given tenant and call id; returns how many of each kind it removed, by name."""


@dataclass(frozen=True, slots=True)
class Retention:
    """How long the rows of a table are kept: `days` from the time that `old` compares, None for ever.

    The variable ARF_RETENTION__TABLE sets another number of days, unless the rows hold their own expiry: then `days`
    is 0 and `fixed` is true.
    """

    table: Table
    old: Callable[[datetime], ColumnElement[bool]]
    """The condition for rows older than a given time."""
    days: int | None
    fixed: bool = False
    tombstone: Callable[[datetime], Mapping[str, Any]] | None = None
    """The values that overwrite a row that is too old, given the time, where it is not deleted."""
    by_hand: bool = False
    """Whether rows go only when a person has them removed, since that cannot be undone."""
    least_days: int = 1
    """The fewest days that may be set."""


@dataclass(frozen=True, slots=True)
class Store:
    """The tables of one package. Rows of tables without a retention are kept for ever."""

    tables: tuple[Table, ...]
    retention: tuple[Retention, ...] = ()
    forget: Forget | None = None


@cache
def stores() -> tuple[Store, ...]:
    """The stores of all packages."""
    return tuple(module.STORE for module in packages.modules("store"))


def metadata() -> MetaData:
    """The schema with the tables of all packages."""
    stores()
    return tables.metadata


@cache
def retentions() -> Mapping[str, Retention]:
    """The retentions by table name."""
    return {rule.table.name: rule for store in stores() for rule in store.retention}


def forget(database: Database, tenant: str, call_id: str) -> dict[str, int]:
    """Removes all packages' data of a call in one transaction; returns how many of each kind, by name.

    Text that is sealed with the call's key stays readable until the key is destroyed, which is not done here. Raises as
    `Database.write` does.
    """
    hooks = [store.forget for store in stores() if store.forget is not None]

    def work(connection: Connection) -> dict[str, int]:
        removed: dict[str, int] = {}
        for hook in hooks:
            removed |= hook(connection, tenant, call_id)
        return removed

    return database.write(work)
