"""What each room keeps is found by itself: its tables, how long their rows stay, how a call is forgotten."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import select

import arf
from arf.analysis.profile_store import SealedExample, SqlProfiles, StoredProfile
from arf.editor.reviews import PendingReview, ReviewDecision
from arf.editor.reviews_sql import SqlReviews
from arf.kit import packages
from arf.kit.db import registry
from arf.kit.db.database import Database
from arf.teacher.answers import CachedAnswer, SqlAnswers
from arf.v1.error_profile_pb2 import ErrorProfile
from arf.v1.events_pb2 import Sealed
from arf.v1.review_pb2 import ReviewVerdict

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)


def test_every_room_with_a_store_is_found() -> None:
    (home,) = arf.__path__
    wanted = sorted(path.parent.name for path in Path(home).glob("*/store.py"))
    assert [module.__name__.split(".")[1] for module in packages.modules("store")] == wanted
    assert {"analysis", "audit", "editor", "privacy", "site", "teacher"} <= set(wanted)


def test_every_table_is_of_one_package_and_rules_are_of_its_own_tables() -> None:
    tables = [table for store in registry.stores() for table in store.tables]
    assert sorted(table.name for table in tables) == sorted(registry.metadata().tables)
    for store in registry.stores():
        assert {rule.table for rule in store.retention} <= set(store.tables)


def test_every_room_keeps_its_rows_as_long_as_the_docs_say() -> None:
    docs = (Path(__file__).parents[4] / "docs/privacy.md").read_text(encoding="utf-8")
    told = dict(re.findall(r"^\| `(\w+)` \| (\d+|for ever|until it expires)", docs, re.MULTILINE))
    kept = {
        name: "until it expires" if rule.fixed else "for ever" if rule.days is None else str(rule.days)
        for name, rule in registry.retentions().items()
    }
    assert {**kept, "audit_entry": "for ever"} == told


def test_a_table_that_names_a_call_is_forgotten_sealed_or_holds_ids_alone() -> None:
    """A new table with a call id has to be thought of: it is here, or its room forgets it."""
    ids_alone_or_sealed = {"call_stage", "call_key"}
    forgotten = {"teacher_answer", "error_profile_example", "review"}
    with_calls = {name for name, table in registry.metadata().tables.items() if "call_id" in table.c}
    assert with_calls == ids_alone_or_sealed | forgotten


def _fill(database: Database, tenant: str, call_id: str) -> None:
    SqlAnswers(database).put({(tenant, call_id): CachedAnswer(call_id, Sealed(), NOW, NOW + timedelta(days=1))})
    profile = ErrorProfile(profile_id=f"p-{call_id}")
    profile.create_time.FromDatetime(NOW)
    SqlProfiles(database).add(tenant, StoredProfile(profile, (SealedExample(call_id, Sealed(key_id="k")),)))
    reviews = SqlReviews(database)
    review_id = f"{tenant}-{call_id}"
    reviews.enqueue([PendingReview(review_id, tenant, call_id, "phone", Sealed(), (), NOW)])
    verdict = ReviewDecision(ReviewVerdict.REVIEW_VERDICT_REJECTED, "ann", NOW, comment=f"{call_id} was said")
    reviews.decide(tenant, review_id, verdict)


def test_forgetting_reaches_every_room_and_nobody_elses_call(database: Database) -> None:
    for owner in (("acme", "c1"), ("acme", "c2"), ("other", "c1")):
        _fill(database, *owner)
    assert registry.forget(database, "acme", "c1") == {
        "teacher_answer": 1, "error_profile_example": 1, "review_comment": 1,
    }  # fmt: skip
    assert SqlAnswers(database).get("acme", "c1", NOW) is None
    assert SqlProfiles(database).get("acme", "p-c1").examples == ()
    review = SqlReviews(database).get("acme", "acme-c1").verdict
    assert review is not None and (review.comment, review.reviewer) == ("", "ann")
    for tenant, call in (("acme", "c2"), ("other", "c1")):
        assert SqlAnswers(database).get(tenant, call, NOW) is not None
        assert len(SqlProfiles(database).get(tenant, f"p-{call}").examples) == 1
        kept = SqlReviews(database).get(tenant, f"{tenant}-{call}").verdict
        assert kept is not None and kept.comment == f"{call} was said"
    assert set(registry.forget(database, "acme", "c1").values()) == {0}


def test_a_decision_stays_when_its_call_is_forgotten(database: Database) -> None:
    _fill(database, "acme", "c1")
    registry.forget(database, "acme", "c1")
    from arf.editor.store import review

    query = select(review.c.verdict, review.c.decided_at)
    assert database.read(lambda c: c.execute(query).all()) == [(ReviewVerdict.REVIEW_VERDICT_REJECTED, NOW)]
