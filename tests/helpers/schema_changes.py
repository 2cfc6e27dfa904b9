"""What a migration may not do to a schema that the release before it still uses."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, inspect

Schema = Mapping[str, Any]


def reflect(connection: Connection) -> Schema:
    """Everything that a release relies on, by table."""
    found = inspect(connection)
    return {
        table: {
            "columns": {c["name"]: (str(c["type"]), c["nullable"], c["default"]) for c in found.get_columns(table)},
            "primary key": found.get_pk_constraint(table)["constrained_columns"],
            "unique": {tuple(u["column_names"]) for u in found.get_unique_constraints(table)}
            | {tuple(i["column_names"]) for i in found.get_indexes(table) if i["unique"]},
            "foreign keys": {
                (tuple(f["constrained_columns"]), f["referred_table"]) for f in found.get_foreign_keys(table)
            },
            "checks": {" ".join(c["sqltext"].split()) for c in found.get_check_constraints(table)},
            "indexes": {tuple(i["column_names"]) for i in found.get_indexes(table)},
        }
        for table in found.get_table_names()
        if table != "schema_version"
    }


def breaks(before: Schema, after: Schema) -> list[str]:
    """How `after` breaks a release that was written for `before`; empty if it only adds."""
    return [
        problem
        for table, old in before.items()
        for problem in (_table(table, old, after[table]) if table in after else [f"{table} is gone"])
    ]


def _table(table: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> list[str]:
    problems = []
    for name, was in old["columns"].items():
        if name not in new["columns"]:
            problems.append(f"{table}.{name} is gone")
        elif new["columns"][name] != was:
            problems.append(f"{table}.{name} is {new['columns'][name]} and was {was}")
    for name, (_, nullable, default) in new["columns"].items():
        if name not in old["columns"] and not nullable and default is None:
            problems.append(f"{table}.{name} is new and has to be given")
    if old["primary key"] != new["primary key"]:
        problems.append(f"{table} has another primary key")
    for kind in ("unique", "foreign keys", "checks"):
        if more := new[kind] - old[kind]:
            problems.append(f"{table} has more {kind}: {sorted(more)}")
    # ON CONFLICT needs the constraint that it names.
    for kind in ("unique", "indexes"):
        if lost := old[kind] - new[kind]:
            problems.append(f"{table} has lost of its {kind}: {sorted(lost)}")
    return problems
