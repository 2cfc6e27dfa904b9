"""What is old goes, what is young or still needed stays; a key that goes leaves its tombstone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from arf.editor.reviews import PendingReview, ReviewDecision
from arf.editor.reviews_sql import SqlReviews
from arf.flow import ArtefactKind
from arf.kit.db import registry, retention
from arf.kit.db.database import Database
from arf.kit.db.migrate import upgrade
from arf.kit.db.retention import purge, remove
from arf.privacy.call_keys import SqlCallKeys, Wrapped
from arf.site.call_stages import SqlCallStages, StageRecord, Status
from arf.site.lineage import Artefact, Edge, SqlLineage
from arf.teacher.answers import CachedAnswer, SqlAnswers
from arf.teacher.budgets import Balance
from arf.teacher.budgets_sql import SqlBudgets
from arf.v1.events_pb2 import Sealed
from arf.v1.review_pb2 import ReviewVerdict

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
OLD, YOUNG = NOW - timedelta(days=11), NOW - timedelta(days=10)


def _stage(offset: int, at: datetime, call_id: str = "") -> StageRecord:
    return StageRecord("t", 0, offset, "acme", call_id or f"call-{offset}", "teacher", str(offset), Status.DONE, at)


@pytest.fixture(autouse=True)
def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retention, "_BATCH", 2)


def test_old_rows_go_and_young_ones_stay(database: Database) -> None:
    stages = SqlCallStages(database)
    stages.record([*(_stage(n, OLD) for n in range(5)), *(_stage(n, YOUNG) for n in range(5, 8))])
    assert purge(database, {"call_stage": 10}, NOW)["call_stage"] == 5
    assert stages.counts()[0].calls == 3
    assert purge(database, {"call_stage": 10}, NOW)["call_stage"] == 0


def test_all_records_of_a_call_stay_when_one_is_young(database: Database) -> None:
    stages = SqlCallStages(database)
    stages.record([_stage(0, OLD, "c"), _stage(1, YOUNG, "c"), _stage(2, OLD, "d"), _stage(3, OLD, "d")])
    assert purge(database, {"call_stage": 10}, NOW)["call_stage"] == 2
    assert [record.offset for record in stages.of_call("acme", "c")] == [0, 1]
    assert stages.of_call("acme", "d") == []


def test_nothing_goes_when_there_is_no_limit(database: Database) -> None:
    lineage = SqlLineage(database)
    edge = Edge(Artefact(ArtefactKind.CALL, "c"), Artefact(ArtefactKind.REVISION, "r"))
    lineage.add("acme", [edge], OLD)
    assert "lineage_edge" not in purge(database, {}, NOW + timedelta(days=10_000))
    assert lineage.descent("acme", edge.parent) == [edge]


def test_pending_reviews_stay_when_they_are_old(database: Database) -> None:
    reviews = SqlReviews(database)
    reviews.enqueue([PendingReview(f"r{n}", "acme", "c", "phone", Sealed(), (), OLD) for n in range(3)])
    verdict = ReviewDecision(ReviewVerdict.REVIEW_VERDICT_REJECTED, "ann", OLD)
    reviews.decide("acme", "r0", verdict)
    reviews.decide("acme", "r1", ReviewDecision(verdict.verdict, "ann", YOUNG))
    assert purge(database, {"review": 10}, NOW)["review"] == 1
    assert [r.pending.review_id for r in reviews.page("acme").reviews] == ["r2", "r1"]


def test_an_answer_goes_when_it_has_expired(database: Database) -> None:
    answers = SqlAnswers(database)
    answers.put({("acme", "h1"): CachedAnswer("c", Sealed(key_id="1"), OLD, NOW)})
    answers.put({("acme", "h2"): CachedAnswer("c", Sealed(key_id="2"), OLD, NOW + timedelta(seconds=1))})
    assert answers.get("acme", "h1", NOW) is None
    assert purge(database, {}, NOW)["teacher_answer"] == 1
    assert answers.get("acme", "h2", NOW) == CachedAnswer("c", Sealed(key_id="2"), OLD, NOW + timedelta(seconds=1))


def test_an_open_lease_stays_and_what_was_settled_counts_on(database: Database) -> None:
    budgets = SqlBudgets(database, lambda _: OLD)
    budgets.ensure("acme", "p", 100)
    budgets.lease("acme", "p", 10, "r", 1)
    budgets.settle(budgets.lease("acme", "p", 10, "r", 1).lease_id, 7)
    assert purge(database, {"budget_lease": 10}, NOW)["budget_lease"] == 1
    assert budgets.balance("acme", "p") == Balance(100, settled=7, uncovered=0, leased=10)


def test_an_old_key_is_destroyed_and_not_made_again(database: Database) -> None:
    keys = SqlCallKeys(database)
    old = keys.get_or_create("acme", "old", lambda *_: Wrapped("m", b"1"), OLD)
    young = keys.get_or_create("acme", "young", lambda *_: Wrapped("m", b"2"), YOUNG)
    assert "call_key" not in purge(database, {"call_key": 10}, NOW)
    assert remove(database, registry.retentions()["call_key"], NOW - timedelta(days=10), NOW) == 1
    again = keys.get_or_create("acme", "old", lambda *_: Wrapped("m", b"3"), NOW)
    assert (again.key_id, again.wrapped, again.destroyed_at) == (old.key_id, None, NOW)
    assert keys.by_id(young.key_id) == young


def test_a_cached_answer_is_replaced_when_it_is_put_again(database: Database) -> None:
    answers, until = SqlAnswers(database), NOW + timedelta(days=1)
    for key_id in ("1", "2"):
        answers.put({("acme", "h"): CachedAnswer("call-1", Sealed(key_id=key_id), NOW, until)})
    found = answers.get("acme", "h", NOW)
    assert found is not None and found.answer == Sealed(key_id="2")


def test_no_trace_of_a_key_is_left_in_the_files_when_retention_has_destroyed_it(tmp_path: Path) -> None:
    database = Database.open(f"sqlite:///{tmp_path}/keys.db")
    upgrade(database)
    secret = b"the wrapped key of this call"
    SqlCallKeys(database).get_or_create("acme", "old", lambda *_: Wrapped("m", secret), OLD)
    assert any(secret in file.read_bytes() for file in tmp_path.iterdir())

    assert remove(database, registry.retentions()["call_key"], NOW - timedelta(days=10), NOW) == 1
    assert not any(secret in file.read_bytes() for file in tmp_path.iterdir())
    database.close()


def test_defaults_are_days_and_every_table_with_a_limit_has_its_own(database: Database) -> None:
    stages, budgets = SqlCallStages(database), SqlBudgets(database, lambda _: NOW - timedelta(days=399))
    stages.record([_stage(1, NOW - timedelta(days=89)), _stage(2, NOW - timedelta(days=91))])
    budgets.ensure("acme", "p", 100)
    removed = purge(database, {}, NOW)
    rules = registry.retentions().items()
    assert removed.keys() == {name for name, rule in rules if rule.days is not None and not rule.by_hand}
    assert {name: count for name, count in removed.items() if count} == {"call_stage": 1}
    assert purge(database, {}, NOW + timedelta(days=2))["budget"] == 1


def test_a_table_is_kept_for_ever_when_the_setting_says_so(database: Database) -> None:
    stages = SqlCallStages(database)
    stages.record([_stage(1, OLD)])
    assert "call_stage" not in purge(database, {"call_stage": None}, NOW + timedelta(days=10_000))
    assert stages.of_call("acme", "call-1")
