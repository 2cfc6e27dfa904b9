from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from arf.analysis import worker as analysis
from arf.backbone import Backbone
from arf.corpus.generator import generate
from arf.editor import worker as editor
from arf.flow import CALLS, STEPS, SUMMARIES, TEACHER
from arf.kit.bus import dlq
from arf.kit.bus.dlq import DLQ
from arf.kit.bus.parking import PARKED, ending, parked_message
from arf.kit.bus.port import ENVELOPE_BYTES, MAX_VALUE_BYTES, Message
from arf.kit.errors import InvalidRecord
from arf.privacy.call_keys import SqlCallKeys
from arf.privacy.master_key import MasterKeys
from arf.privacy.seal import Sealer
from arf.site import status
from arf.site.call_stages import SqlCallStages, StageRecord, Status
from arf.site.status import FlowState, Held, SiteStatus, StageStatus, take
from arf.site.tracking import opened_tracking
from arf.teacher import worker as teacher
from tests.helpers.sealing import Site
from tests.helpers.sites import carry, fail

Look = Callable[[], SiteStatus]


@pytest.fixture
def look(here: Site) -> Look:
    tracking = opened_tracking(Backbone(here.bus, here.database, here.sealer))
    return lambda: take(here.bus, here.database, tracking)


def consume(here: Site) -> None:
    """Moves every stage's offsets to the end, as its worker does when it has handled everything."""
    for step in STEPS:
        consumer = here.bus.consumer(step.stage, [step.input])
        while records := consumer.poll(100, 0.0):
            consumer.commit(records, [])
        consumer.close()


def stage(taken: SiteStatus, name: str) -> StageStatus:
    return next(stage for stage in taken.stages if stage.stage == name)


def test_steps_are_named_as_the_services_name_their_stages() -> None:
    assert {step.stage for step in STEPS} >= {teacher.STAGE, analysis.STAGE, editor.STAGE}


def test_empty_site_adds_up(look: Look) -> None:
    assert look().state is FlowState.ADDS_UP


def test_site_is_working_when_records_wait(here: Site, look: Look) -> None:
    for call in generate(3, 5):
        here.submit(call)
    taken = look()
    assert taken.state is FlowState.WORKING
    waiting = stage(taken, "teacher")
    assert (waiting.received, waiting.out, waiting.waiting, waiting.lag) == (3, 0, 3, 3)


def test_few_outputs_of_many_records_add_up_when_the_stage_is_keyed(
    here: Site, look: Look, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls = list(generate(3, 5))
    events = [here.submit(call) for call in calls]
    carry(here, calls[0], events[0], "teacher")
    here.sealer.forget(calls[2].tenant, calls[2].id)
    monkeypatch.setattr(status, "STEPS", (replace(TEACHER, keyed=True),))
    taken = look()
    assert (taken.state, stage(taken, "teacher").waiting) == (FlowState.WORKING, 3)
    consume(here)
    taken = look()
    numbers = stage(taken, "teacher")
    assert taken.state is FlowState.ADDS_UP
    assert (numbers.received, numbers.out, numbers.forgotten, numbers.waiting) == (3, 1, 0, 0)


def test_site_adds_up_when_each_call_is_done_failed_or_forgotten(here: Site, look: Look) -> None:
    done, failed, gone, late = generate(4, 5)
    carry(here, done, here.submit(done))
    fail(here, here.submit(failed))
    here.submit(gone)
    here.sealer.forget(gone.tenant, gone.id)
    carry(here, late, here.submit(late), "teacher")
    here.sealer.forget(late.tenant, late.id)
    here.submit(done)
    consume(here)
    taken = look()
    assert taken.state is FlowState.ADDS_UP
    numbers = [(s.stage, s.received, s.out, s.failed, s.forgotten, s.waiting) for s in taken.stages]
    assert numbers[:4] == [
        ("submit", 4, 4, 0, 0, 0),
        ("teacher", 4, 2, 1, 1, 0),
        ("analysis", 2, 1, 0, 1, 0),
        ("editor", 1, 1, 0, 0, 0),
    ]
    assert (taken.repeated, {s.doubled for s in taken.stages}) == (1, {0})
    assert stage(taken, "teacher").rate == round(2 / 60, 2)


def test_what_waits_for_a_tenant_is_told_with_its_reason_until_it_goes_on(here: Site, look: Look) -> None:
    calls = list(generate(4, 5))
    for n, call in enumerate(calls):
        call.tenant = "poor" if n else "acme"
    events = [here.submit(call) for call in calls]
    carry(here, calls[0], events[0])
    waiting = {record.key: record for record in here.bus.read(CALLS) if record.key.startswith("poor/")}
    for record in waiting.values():
        here.bus.publish([parked_message(PARKED, "teacher", record, "the budget is spent")])
    consume(here)
    here.sealer.forget("poor", calls[3].id)
    taken = look()
    numbers = stage(taken, "teacher")
    assert taken.state is FlowState.ADDS_UP
    assert (numbers.out, numbers.forgotten, numbers.parked, numbers.waiting) == (1, 1, 2, 0)
    assert taken.held == (Held("teacher", "poor", 2, "the budget is spent"),)

    carry(here, calls[1], events[1])
    here.bus.publish([ending(PARKED, "teacher", waiting[f"poor/{calls[1].id}"])])
    consume(here)
    taken = look()
    assert (taken.state, stage(taken, "teacher").parked) == (FlowState.ADDS_UP, 1)


@pytest.mark.parametrize(
    ("column", "damaged"),
    [
        ("wrapped", "zeroblob(60)"),
        ("created_at", "'20\"6-12-01 10:00:00.000000'"),
        ("master_id", "CAST(x'ff31' AS TEXT)"),
    ],
)
def test_one_damaged_key_does_not_keep_the_rest_from_being_counted(
    here: Site, tmp_path: Path, column: str, damaged: str
) -> None:
    calls = list(generate(2, 5))
    for call in calls:
        carry(here, call, here.submit(call))
    consume(here)
    where = f"WHERE call_id = '{calls[0].id}'"
    with here.database.engine.begin() as connection:
        connection.exec_driver_sql(f"UPDATE call_key SET {column} = {damaged} {where}")
    fresh = Sealer(SqlCallKeys(here.database), MasterKeys.load(tmp_path / "master.key"))
    fresh.prove()
    taken = take(here.bus, here.database, opened_tracking(Backbone(here.bus, here.database, fresh)))
    assert (taken.state, stage(taken, "editor").out) == (FlowState.ADDS_UP, 2)


def test_site_does_not_add_up_when_a_record_is_lost(here: Site, look: Look) -> None:
    first, second = generate(2, 5)
    carry(here, first, here.submit(first))
    here.submit(second)
    consume(here)
    taken = look()
    assert taken.state is FlowState.DOES_NOT_ADD_UP
    assert stage(taken, "teacher").waiting == 1


def test_site_does_not_add_up_when_an_output_is_doubled(here: Site, look: Look) -> None:
    (call,) = generate(1, 5)
    submitted = here.submit(call)
    carry(here, call, submitted)
    carry(here, call, submitted, "teacher")
    consume(here)
    taken = look()
    assert taken.state is FlowState.DOES_NOT_ADD_UP
    assert stage(taken, "teacher").doubled == 1


def test_replayed_letter_counts_as_done_once_its_output_comes(here: Site, look: Look) -> None:
    (call,) = generate(1, 5)
    submitted = here.submit(call)
    fail(here, submitted)
    consume(here)
    assert stage(look(), "teacher").failed == 1
    carry(here, call, submitted)
    consume(here)
    taken = look()
    assert (taken.state, stage(taken, "teacher").failed) == (FlowState.ADDS_UP, 0)
    assert sum(1 for _ in here.bus.read(CALLS)) == 1


@pytest.mark.parametrize(("name", "topic"), [("teacher", CALLS), ("analysis", SUMMARIES)])
def test_replayed_event_counts_neither_as_submitted_again_nor_as_doubled(
    here: Site, look: Look, name: str, topic: str
) -> None:
    (call,) = generate(1, 5)
    event_id = here.submit(call)
    if name == "analysis":
        event_id = carry(here, call, event_id, "teacher")
    fail(here, event_id, name, topic)
    dlq.replay(here.bus)
    after = [step.stage for step in STEPS if step is not TEACHER] if name == "analysis" else []
    carry(here, call, event_id, *after)
    consume(here)
    taken = look()
    assert sum(1 for _ in here.bus.read(topic)) == 2
    assert (taken.state, taken.repeated, {s.doubled for s in taken.stages}) == (FlowState.ADDS_UP, 0, {0})


def test_site_adds_up_when_records_of_other_clients_were_given_up(here: Site, look: Look) -> None:
    foreign = [Message(CALLS, "\ufffd", b"x"), Message(CALLS, "demo/c", b"x", {"odd": "\ufffd"})]
    here.bus.publish([*foreign, Message(CALLS, "demo/large", bytes(MAX_VALUE_BYTES + ENVELOPE_BYTES - 100))])
    for record in list(here.bus.read(CALLS)):
        place = f"{record.topic}/{record.partition}/{record.offset}"
        here.bus.publish([dlq.letter(DLQ, "teacher", record, place, InvalidRecord("headers", "not UTF-8"), 1)])
    consume(here)
    taken = look()
    assert (taken.state, stage(taken, "teacher").failed) == (FlowState.ADDS_UP, 2)


def test_rate_is_of_the_last_minute_alone(here: Site, look: Look) -> None:
    now = datetime.now(UTC)
    for offset, age_s in enumerate((1, 2, 3, 90, 600)):
        at = now - timedelta(seconds=age_s)
        record = StageRecord("elsewhere", 0, offset, "t", f"c{offset}", TEACHER.stage, f"e{offset}", Status.DONE, at)
        SqlCallStages(here.database).record([record])
    assert stage(look(), TEACHER.stage).rate == round(3 / 60, 2)
