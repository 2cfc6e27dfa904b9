"""Finds the tenant of an artefact by its id alone."""

from __future__ import annotations

from sqlalchemy import Connection, select

from arf.kit.db.database import Database
from arf.kit.errors import InvalidRecord, NotFound
from arf.site.store import call_stage, lineage_edge


def owner(database: Database, artefact_id: str) -> str:
    """The tenant of the call, record or other artefact with that id, as far as tracked.

    Raises NotFound if there is none, InvalidRecord if several tenants have one.
    """
    found = database.read(lambda connection: _owners(connection, artefact_id))
    if not found:
        raise NotFound(f"{artefact_id}: no such id is known here")
    if len(found) > 1:
        raise InvalidRecord(
            "--tenant", f"{', '.join(found)} each have something with the id {artefact_id}: name one of them"
        )
    return found[0]


def _owners(connection: Connection, artefact_id: str) -> list[str]:
    row, edge = call_stage.c, lineage_edge.c
    calls = select(row.tenant).where(row.call_id == artefact_id)
    made = select(edge.tenant).where((edge.parent_id == artefact_id) | (edge.child_id == artefact_id))
    return sorted(connection.execute(calls.union(made)).scalars())
