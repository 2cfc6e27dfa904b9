"""The graph of artefacts can be walked from either end, and a walk ends."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import pairwise

import pytest

from arf.flow import ArtefactKind
from arf.kit.db.database import Database
from arf.site.lineage import Artefact, Edge, SqlLineage

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)


def _a(kind: ArtefactKind, artefact_id: str) -> Artefact:
    return Artefact(kind, artefact_id)


def _call_chain(number: int) -> list[Edge]:
    chain = [
        _a(ArtefactKind.CALL, f"call-{number}"),
        _a(ArtefactKind.TEACHER_SUMMARY, f"s-{number}"),
        _a(ArtefactKind.FINDINGS, f"f-{number}"),
        _a(ArtefactKind.REVISION, f"r-{number}"),
        _a(ArtefactKind.DATASET, "data-1"),
    ]
    return [Edge(parent, child) for parent, child in pairwise(chain)]


@pytest.fixture
def lineage(database: Database) -> SqlLineage:
    found = SqlLineage(database)
    made = Edge(_a(ArtefactKind.DATASET, "data-1"), _a(ArtefactKind.ADAPTER, "adapter-1"))
    for _ in range(2):
        found.add("acme", [*_call_chain(1), *_call_chain(2), made], NOW)
    found.add(
        "acme", [Edge(_a(ArtefactKind.REDACTION_POLICY, "policy@2"), _a(ArtefactKind.TEACHER_SUMMARY, "s-1"))], NOW
    )
    found.add("other", [Edge(_a(ArtefactKind.CALL, "call-1"), _a(ArtefactKind.ADAPTER, "theirs"))], NOW)
    return found


def test_a_calls_adapters_are_found(lineage: SqlLineage) -> None:
    edges = lineage.descent("acme", _a(ArtefactKind.CALL, "call-1"))
    assert len(edges) == 5
    assert {e.child.id for e in edges if e.child.kind is ArtefactKind.ADAPTER} == {"adapter-1"}
    assert not any(e.parent.id.endswith("-2") for e in edges)


def test_everything_behind_an_adapter_is_found(lineage: SqlLineage) -> None:
    edges = lineage.ancestry("acme", _a(ArtefactKind.ADAPTER, "adapter-1"))
    assert len(edges) == 4 + 4 + 1 + 1
    assert {e.parent.id for e in edges if e.parent.kind is ArtefactKind.CALL} == {"call-1", "call-2"}
    assert _a(ArtefactKind.REDACTION_POLICY, "policy@2") in {e.parent for e in edges}
    assert edges == lineage.ancestry("acme", _a(ArtefactKind.ADAPTER, "adapter-1"))


def test_an_id_is_found_whatever_its_kind(lineage: SqlLineage) -> None:
    lineage.add("acme", [Edge(_a(ArtefactKind.REVISION, "call-1"), _a(ArtefactKind.DATASET, "data-2"))], NOW)
    assert lineage.find("acme", "call-1") == [_a(ArtefactKind.CALL, "call-1"), _a(ArtefactKind.REVISION, "call-1")]
    assert lineage.find("acme", "data-1") == [_a(ArtefactKind.DATASET, "data-1")]
    assert lineage.find("acme", "theirs") == []


def test_a_walk_ends_when_there_is_a_ring(lineage: SqlLineage) -> None:
    lineage.add("acme", [Edge(_a(ArtefactKind.ADAPTER, "adapter-1"), _a(ArtefactKind.CALL, "call-1"))], NOW)
    ring = lineage.descent("acme", _a(ArtefactKind.CALL, "call-1"))
    assert len(ring) == len(set(ring)) == 6


def test_another_tenants_artefacts_are_on_no_way_when_ids_are_the_same(lineage: SqlLineage) -> None:
    descent = lineage.descent("acme", _a(ArtefactKind.CALL, "call-1"))
    ancestry = lineage.ancestry("acme", _a(ArtefactKind.ADAPTER, "adapter-1"))
    # Each begins where a way of acme's is, at its start, in its middle and at its end.
    for near in ("call-1", "s-1", "r-1"):
        kind = {"c": ArtefactKind.CALL, "s": ArtefactKind.TEACHER_SUMMARY, "r": ArtefactKind.REVISION}[near[0]]
        theirs = [
            Edge(_a(kind, near), _a(ArtefactKind.ADAPTER, f"of-{near}")),
            Edge(_a(ArtefactKind.CALL, f"to-{near}"), _a(kind, near)),
        ]
        lineage.add("other", theirs, NOW)
    lineage.add("other", [Edge(_a(ArtefactKind.DATASET, "theirs"), _a(ArtefactKind.ADAPTER, "adapter-1"))], NOW)

    assert lineage.descent("acme", _a(ArtefactKind.CALL, "call-1")) == descent
    assert lineage.ancestry("acme", _a(ArtefactKind.ADAPTER, "adapter-1")) == ancestry
    assert lineage.find("acme", "of-call-1") == lineage.find("acme", "to-call-1") == []
    assert len(lineage.descent("other", _a(ArtefactKind.CALL, "call-1"))) == 2


@pytest.mark.parametrize("artefact_id", ["call-1", "s-1", "adapter-1"])
def test_nothing_is_found_when_only_another_tenant_has_the_id(lineage: SqlLineage, artefact_id: str) -> None:
    assert lineage.find("acme", artefact_id)
    assert lineage.find("umbrella", artefact_id) == []
