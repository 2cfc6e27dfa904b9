"""The lineage of artefacts: a graph walked in either direction by `arf lineage ID` and `arf forget`."""

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
    """A node of the graph: a call by its id, a stage's record by its event id, others by their names."""

    kind: ArtefactKind
    id: str


@dataclass(frozen=True, slots=True)
class Edge:
    """An edge: `child` was made from `parent`."""

    parent: Artefact
    child: Artefact


class Lineage(Protocol):
    """The port to the graph of each tenant's artefacts. It holds only ids, so it outlives forgotten text."""

    def add(self, tenant: str, edges: Iterable[Edge], at: datetime) -> None:
        """Adds edges; known ones are ignored."""

    def find(self, tenant: str, artefact_id: str) -> list[Artefact]:
        """The artefacts with that id, sorted by kind; empty if unknown."""

    def ancestry(self, tenant: str, artefact: Artefact) -> list[Edge]:
        """All edges on paths that lead to the artefact, in a fixed order."""

    def descent(self, tenant: str, artefact: Artefact) -> list[Edge]:
        """All edges on paths that start at the artefact, in a fixed order."""


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
    """All edges reachable from `start`, each walked from its `near` end to its `far` end."""
    edge = lineage_edge.c
    ends = (edge.parent_kind, edge.parent_id, edge.child_kind, edge.child_id)
    first = select(*ends).where(
        edge.tenant == tenant, edge[f"{near}_kind"] == start.kind.value, edge[f"{near}_id"] == start.id
    )
    # UNION drops rows seen before, so that a cycle ends.
    walk = first.cte("walk", recursive=True)
    onward = and_(
        edge.tenant == tenant,
        edge[f"{near}_kind"] == walk.c[f"{far}_kind"],
        edge[f"{near}_id"] == walk.c[f"{far}_id"],
    )
    walk = walk.union(select(*ends).where(onward))
    rows = connection.execute(select(walk).order_by(*walk.c)).all()
    return [Edge(Artefact(ArtefactKind(pk), pi), Artefact(ArtefactKind(ck), ci)) for pk, pi, ck, ci in rows]
