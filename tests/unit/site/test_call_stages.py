"""Counts add up from committed records, however often and in whatever order those are projected."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta

from arf.kit.db.database import Database
from arf.site.call_stages import SqlCallStages, StageCount, StageRecord, Status
from arf.site.progress import SqlProjectionProgress

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)


def _record(
    offset: int, call: int, stage: str = "teacher", status: Status = Status.DONE, tenant: str = "acme"
) -> StageRecord:
    at = NOW + timedelta(seconds=offset)
    return StageRecord(f"arf.{stage}", 0, offset, tenant, f"call-{call}", stage, f"{stage}-{call}", status, at)


def test_each_call_counts_once_when_its_records_are_projected_again(database: Database) -> None:
    stages = SqlCallStages(database)
    records = [_record(n, n, stage) for n in range(5) for stage in ("teacher", "analysis")]
    for seed in range(3):
        stages.record(random.Random(seed).sample(records, 10))

    assert stages.counts() == [StageCount("analysis", 5, 5, 0, 0), StageCount("teacher", 5, 5, 0, 0)]


def test_a_second_output_of_the_same_event_is_seen(database: Database) -> None:
    stages = SqlCallStages(database)
    stages.record([_record(0, 1), _record(1, 1), _record(2, 2)])
    assert stages.counts() == [StageCount("teacher", calls=2, records=3, doubled=1, failed=0)]


def test_a_failure_counts_until_its_replay_gives_an_output(database: Database) -> None:
    stages = SqlCallStages(database)
    stages.record([_record(0, 1), _record(1, 2, status=Status.FAILED)])
    assert stages.counts() == [StageCount("teacher", calls=1, records=1, doubled=0, failed=1)]
    stages.record([_record(2, 2)])
    assert stages.counts() == [StageCount("teacher", calls=2, records=2, doubled=0, failed=0)]


def test_calls_of_the_same_id_are_different_ones_when_tenants_differ(database: Database) -> None:
    stages = SqlCallStages(database)
    stages.record([_record(0, 1), _record(1, 1, tenant="other"), _record(2, 2, "analysis", tenant="other")])
    assert stages.counts("acme") == [StageCount("teacher", 1, 1, 0, 0)]
    both = StageCount("teacher", calls=2, records=2, doubled=0, failed=0)
    assert stages.counts() == [StageCount("analysis", 1, 1, 0, 0), both]


def test_event_ids_that_a_stage_has_are_told_from_others(database: Database) -> None:
    stages = SqlCallStages(database)
    stages.record([_record(0, 1), _record(1, 2, "analysis")])
    assert stages.among("teacher", ["teacher-1", "analysis-2", "none"]) == {"teacher-1"}
    assert stages.among("teacher", []) == set()


def test_a_calls_records_come_back_in_order(database: Database) -> None:
    stages = SqlCallStages(database)
    records = [_record(0, 1), _record(1, 1, "analysis"), _record(2, 1, "editor", Status.FAILED)]
    stages.record([*reversed(records), _record(3, 2), _record(4, 1, tenant="other")])
    assert stages.of_call("acme", "call-1") == records


def test_a_projection_goes_on_where_it_was(database: Database) -> None:
    progress = SqlProjectionProgress(database)
    progress.advance("status", "arf.calls.v1", {0: 5, 1: 7})
    progress.advance("status", "arf.calls.v1", {1: 9})
    progress.advance("lineage", "arf.calls.v1", {0: 1})
    assert progress.next_offsets("status", "arf.calls.v1") == {0: 5, 1: 9}
    assert progress.next_offsets("lineage", "arf.calls.v1") == {0: 1}
