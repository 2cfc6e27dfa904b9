"""The law of the second tenant: to each store, another tenant's rows of the same ids are as if they were not there."""

from __future__ import annotations

import ast
import importlib
import inspect
import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import MetaData, select

import arf
from arf.audit.log import Action, AuditEntry
from arf.editor.reviews import FlaggedFinding, PendingReview, ReviewDecision
from arf.kit.db import registry
from arf.kit.db.database import Database
from arf.kit.errors import ArfError
from arf.privacy.call_keys import Wrapped
from arf.v1.error_profile_pb2 import ErrorProfile
from arf.v1.events_pb2 import Sealed
from arf.v1.finding_pb2 import ErrorType
from arf.v1.review_pb2 import ReviewState, ReviewVerdict

NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)
FIRST, SECOND = "tenant-1", "tenant-2"

SEALED = Sealed(key_id="k", nonce=b"n", ciphertext=b"c", schema="s")


def tried(work: Callable[[], object]) -> object:
    """What the work gives, or the error that it raises."""
    try:
        return work()
    except ArfError as error:
        return f"{type(error).__name__}: {error}"


def keys(store: Any, tenant: str, other: str) -> Iterator[object]:
    def wrap(*owner: str) -> Wrapped:
        return Wrapped("master", f"key of {owner[0]}/{owner[1]}".encode())

    yield store.get_or_create(tenant, "call-1", wrap, NOW)
    yield store.get_or_create_all([(tenant, "call-1"), (tenant, "call-2")], wrap, NOW)
    yield store.destroy(tenant, "call-1", NOW)
    yield store.destroy(tenant, "call-3", NOW)
    yield store.get_or_create(tenant, "call-1", wrap, NOW)
    yield store.get_or_create(tenant, "call-2", wrap, NOW)


def answers(store: Any, tenant: str, other: str) -> Iterator[object]:
    kind = inspect.getmodule(type(store.store)).CachedAnswer
    for place, call_id in (("hash-1", "call-1"), ("hash-2", "call-2")):
        yield store.get(tenant, place, NOW)
        answer = Sealed(key_id=tenant, nonce=b"n", ciphertext=b"c", schema="s")
        yield store.put({(tenant, place): kind(call_id, answer, NOW, NOW + timedelta(hours=1))})
        yield store.get(tenant, place, NOW)


def budgets(store: Any, tenant: str, other: str) -> Iterator[object]:
    period = "2026-05"
    yield store.ensure(tenant, period, 100)
    yield store.ensure(tenant, "2026-04", 7)
    yield store.set_limit(tenant, period, 90)
    yield store.balance(tenant, period)
    for ttl_s in (60, 0):
        lease = store.lease(tenant, period, 40, "replica", ttl_s)
        yield lease
        yield store.renew(lease.lease_id, 5, ttl_s)
        yield store.balance(tenant, period)
    yield tried(lambda: store.lease(tenant, period, 90, "replica", 60, 90))
    yield store.settle(lease.lease_id, 12)
    yield store.balance(tenant, period)
    yield store.balance(tenant, "2026-04")
    # Left open, its time over: only this tenant's next lease may end it.
    yield store.lease(tenant, period, 3, "replica", 0)


def reviews(store: Any, tenant: str, other: str) -> Iterator[object]:
    found = (FlaggedFinding("finding-1", "detector", ErrorType.ERROR_TYPE_OMISSION),)
    for n in (1, 2):
        at = NOW + timedelta(minutes=n)
        yield store.enqueue([PendingReview(f"{tenant}-r{n}", tenant, f"call-{n}", "phone", SEALED, found, at)])
    verdict = ReviewDecision(ReviewVerdict.REVIEW_VERDICT_ORIGINAL, "ann", NOW, comment="fine", request_id="request-1")
    yield tried(lambda: store.get(tenant, f"{other}-r1"))
    yield tried(lambda: store.decide(tenant, f"{other}-r1", verdict))
    yield tried(lambda: store.decide(tenant, f"{other}-r2", verdict))
    yield store.decide(tenant, f"{tenant}-r1", verdict)
    yield store.get(tenant, f"{tenant}-r1")
    for state in ReviewState.values():
        first = store.page(tenant, state, "", 1)
        yield first
        yield store.page(tenant, state, "phone", 5, first.next_token)
    yield store.precision(tenant)


def profiles(store: Any, tenant: str, other: str) -> Iterator[object]:
    module: Any = inspect.getmodule(type(store.store))
    for n in (1, 2):
        profile = ErrorProfile(profile_id=f"profile-{n}", model=tenant)
        profile.create_time.FromDatetime(NOW + timedelta(minutes=n))
        stored = module.StoredProfile(profile, (module.SealedExample("call-1", SEALED),))
        yield tried(lambda: store.get(tenant, "profile-1"))
        yield store.of_request(tenant, "request-1")
        yield store.add(tenant, stored, "request-1")
        yield store.add(tenant, stored)
    yield store.get(tenant, "profile-1")
    first = store.page(tenant, 1)
    yield first
    yield store.page(tenant, 5, first.next_token)
    yield store.page(tenant)


def audit(store: Any, tenant: str, other: str) -> Iterator[object]:
    store.append(AuditEntry(NOW, tenant, "ann", Action.FORGET, "calls/call-1", f"asked by {tenant}"))
    yield [entry for _, entry in store.entries(tenant)]
    yield store.entries(tenant, store.entries(tenant)[-1][0])


def call_stages(store: Any, tenant: str, other: str) -> Iterator[object]:
    module: Any = inspect.getmodule(type(store.store))
    for offset, stage in enumerate(["teacher", "analysis"], 0 if tenant == FIRST else 10):
        event = f"{tenant}-{stage}"
        place = {"topic": "arf.x.v1", "partition": 0, "offset": offset}
        done = {"status": module.Status.DONE, "created_at": NOW}
        record = module.StageRecord(tenant=tenant, call_id="call-1", stage=stage, event_id=event, **place, **done)
        yield store.record([record])
    yield store.counts(tenant)
    yield [(record.stage, record.event_id) for record in store.of_call(tenant, "call-1")]
    yield store.of_call(tenant, "call-2")


def lineage(store: Any, tenant: str, other: str) -> Iterator[object]:
    module: Any = inspect.getmodule(type(store.store))
    kinds = list(module.ArtefactKind)
    call, made = module.Artefact(kinds[0], "call-1"), module.Artefact(kinds[1], "made-1")
    own = module.Artefact(kinds[2], f"of-{tenant}")
    yield store.add(tenant, [module.Edge(call, made), module.Edge(made, own)], NOW)
    for name in ("call-1", "made-1", f"of-{tenant}", f"of-{other}"):
        yield store.find(tenant, name)
    for start in (call, made, own):
        yield store.ancestry(tenant, start)
        yield store.descent(tenant, start)


Script = Callable[[Any, str, str], Iterator[object]]

SCRIPTS: dict[str, Script] = {
    "SqlCallKeys": keys,
    "SqlAnswers": answers,
    "SqlBudgets": budgets,
    "SqlReviews": reviews,
    "SqlProfiles": profiles,
    "SqlAudit": audit,
    "SqlCallStages": call_stages,
    "SqlLineage": lineage,
}
"""What a tenant does with each store that holds its rows, every method that names a tenant among it."""


def found() -> dict[str, str]:
    """The module of each class of the package that keeps rows in the database, by the class's name."""
    root = Path(next(iter(arf.__path__)))
    stores = {}
    for path in root.rglob("*.py"):
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.ClassDef) and node.name.startswith("Sql") and _of_one_tenant(node):
                stores[node.name] = ".".join(("arf", *path.relative_to(root).with_suffix("").parts))
    return stores


def _of_one_tenant(node: ast.ClassDef) -> set[str]:
    """The public methods of a class that are asked for one tenant, or given something of one."""
    telling = {"tenant", "calls", "answers", "reviews", "records", "entry"}
    methods = [item for item in node.body if isinstance(item, ast.FunctionDef) and not item.name.startswith("_")]
    return {method.name for method in methods if telling & {arg.arg for arg in method.args.args}}


STORES = found()


class Recorded:
    """A store, and the names of its methods that were called."""

    def __init__(self, store: Any) -> None:
        self.store, self.called = store, set[str]()

    def __getattr__(self, name: str) -> Any:
        self.called.add(name)
        return getattr(self.store, name)


def _opened(name: str, database: Database) -> Any:
    kind = getattr(importlib.import_module(STORES[name]), name)
    fixed = {"clock": lambda connection: NOW} if "clock" in inspect.signature(kind).parameters else {}
    return kind(database, **fixed)


def _rows(database: Database, tenant: str) -> list[str]:
    """Every row of any table in which the tenant's name stands."""
    schema = MetaData()

    def read(connection: Any) -> list[str]:
        schema.reflect(connection)
        tables = sorted(schema.tables.items())
        rows = [f"{name}: {tuple(row)}" for name, table in tables for row in connection.execute(select(table))]
        return sorted(row for row in rows if tenant in row)

    return database.read(read)


def _neutral(result: object, tenant: str, other: str) -> str:
    """A result with neither names of tenants nor ids that are drawn."""
    text = repr(result).replace(tenant, "OWN").replace(other, "OTHER")
    return re.sub(r"\b[0-9a-f]{32}\b", "DRAWN", text)


@pytest.mark.parametrize("name", sorted(SCRIPTS))
def test_a_tenant_neither_sees_nor_changes_anothers_rows_when_ids_are_the_same(database: Database, name: str) -> None:
    store, script = Recorded(_opened(name, database)), SCRIPTS[name]
    alone = [_neutral(result, SECOND, FIRST) for result in script(store, SECOND, FIRST)]
    before = _rows(database, SECOND)
    beside = [_neutral(result, FIRST, SECOND) for result in script(store, FIRST, SECOND)]
    assert beside == alone
    assert _rows(database, SECOND) == before
    assert _rows(database, FIRST)


@pytest.mark.parametrize("name", sorted(STORES))
def test_every_method_that_names_a_tenant_is_among_those_tried_when_a_store_has_one(
    database: Database, name: str
) -> None:
    store = Recorded(_opened(name, database))
    for _ in SCRIPTS[name](store, FIRST, SECOND):
        pass
    source = ast.parse(inspect.getsource(type(store.store))).body[0]
    assert isinstance(source, ast.ClassDef)
    assert _of_one_tenant(source) <= store.called


def test_another_tenants_call_stays_when_one_of_the_same_id_is_forgotten(database: Database) -> None:
    for tenant, other in ((FIRST, SECOND), (SECOND, FIRST)):
        for name in STORES:
            for _ in SCRIPTS[name](Recorded(_opened(name, database)), tenant, other):
                pass
    before = _rows(database, SECOND)
    removed = registry.forget(database, FIRST, "call-1")
    assert all(removed.values()), removed
    _opened("SqlCallKeys", database).destroy(FIRST, "call-2", NOW)
    assert _rows(database, SECOND) == before
