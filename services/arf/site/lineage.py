"""What came of what: edges between artefacts, walked in either direction for `arf lineage ID` and `arf forget`."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from sqlalchemy import Connection, and_, select

from arf.flow import ArtefactKind
from arf.kit.db.database import Database
from arf.kit.db.inserting import insert_new
from arf.site.store import lineage_edge


@dataclass(frozen=True, slots=True)
class Artefact:
    """One thing that was made: a call by its id, a stage's record by its event id, others by their names."""

    kind: ArtefactKind
    id: str


@dataclass(frozen=True, slots=True)
class Edge:
    """`child` was made from `parent`."""

    parent: Artefact
    child: Artefact


class Lineage(Protocol):
    """The graph of one tenant's artefacts. It holds ids alone, so it outlives the text that is forgotten."""

    def add(self, tenant: str, edges: Iterable[Edge], at: datetime) -> None:
        """Adds edges; those that are known already change nothing."""

    def find(self, tenant: str, artefact_id: str) -> list[Artefact]:
        """The artefacts of that id, of whatever kind, by kind; none if it is unknown."""

    def ancestry(self, tenant: str, artefact: Artefact) -> list[Edge]:
        """Every edge on a way that leads to the artefact, in a fixed order."""

    def descent(self, tenant: str, artefact: Artefact) -> list[Edge]:
        """Every edge on a way that starts at the artefact, in a fixed order."""


class SqlLineage:
    """Lineage in the database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, tenant: str, edges: Iterable[Edge], at: datetime) -> None:
        rows = [
            {
                "tenant": tenant,
                "parent_kind": edge.parent.kind.value,
                "parent_id": edge.parent.id,
                "child_kind": edge.child.kind.value,
                "child_id": edge.child.id,
                "created_at": at,
            }
            for edge in edges
        ]
        self._database.write(lambda connection: insert_new(connection, lineage_edge, rows))

    def find(self, tenant: str, artefact_id: str) -> list[Artefact]:
        edge = lineage_edge.c
        parents = select(edge.parent_kind).where(edge.tenant == tenant, edge.parent_id == artefact_id)
        children = select(edge.child_kind).where(edge.tenant == tenant, edge.child_id == artefact_id)
        kinds = self._database.read(lambda connection: connection.execute(parents.union(children)).scalars().all())
        return [Artefact(ArtefactKind(kind), artefact_id) for kind in sorted(kinds)]

    def ancestry(self, tenant: str, artefact: Artefact) -> list[Edge]:
        return self._database.read(lambda connection: _walk(connection, tenant, artefact, "child", "parent"))

    def descent(self, tenant: str, artefact: Artefact) -> list[Edge]:
        return self._database.read(lambda connection: _walk(connection, tenant, artefact, "parent", "child"))


def _walk(connection: Connection, tenant: str, start: Artefact, near: str, far: str) -> list[Edge]:
    """Edges from `start`, entered at their `near` end and left at their `far` one."""
    edge = lineage_edge.c
    ends = (edge.parent_kind, edge.parent_id, edge.child_kind, edge.child_id)
    first = select(*ends).where(
        edge.tenant == tenant, edge[f"{near}_kind"] == start.kind.value, edge[f"{near}_id"] == start.id
    )
    # UNION drops what was seen before, so that a ring ends.
    walk = first.cte("walk", recursive=True)
    onward = and_(
        edge.tenant == tenant,
        edge[f"{near}_kind"] == walk.c[f"{far}_kind"],
        edge[f"{near}_id"] == walk.c[f"{far}_id"],
    )
    walk = walk.union(select(*ends).where(onward))
    rows = connection.execute(select(walk).order_by(*walk.c)).all()
    return [Edge(Artefact(ArtefactKind(pk), pi), Artefact(ArtefactKind(ck), ci)) for pk, pi, ck, ci in rows]
