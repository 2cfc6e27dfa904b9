"""Whose something is, where only its id was given."""

from __future__ import annotations

from sqlalchemy import Connection, select

from arf.kit.db.database import Database
from arf.kit.errors import InvalidRecord, NotFound
from arf.site.store import call_stage, lineage_edge


def owner(database: Database, artefact_id: str) -> str:
    """The tenant that has a call, a record or another artefact of that id, as far as it is tracked.

    Raises NotFound if none has, InvalidRecord if several have.
    """
    found = database.read(lambda connection: _owners(connection, artefact_id))
    if not found:
        raise NotFound(f"{artefact_id}: nothing of that id is known here")
    if len(found) > 1:
        raise InvalidRecord("--tenant", f"say whose: {', '.join(found)} have something of the id {artefact_id}")
    return found[0]


def _owners(connection: Connection, artefact_id: str) -> list[str]:
    row, edge = call_stage.c, lineage_edge.c
    calls = select(row.tenant).where(row.call_id == artefact_id)
    made = select(edge.tenant).where((edge.parent_id == artefact_id) | (edge.child_id == artefact_id))
    return sorted(connection.execute(calls.union(made)).scalars())
