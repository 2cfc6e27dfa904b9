"""Two tenants with one call id: neither sees, counts, overwrites or forgets what is the other's."""

from __future__ import annotations

import pytest

from arf.backbone import Backbone
from arf.corpus.generator import generate
from arf.flow import CALLS, EDITOR, STEPS, SUBMIT, ArtefactKind
from arf.kit.bus.headers import EVENT_ID
from arf.site.lineage import Artefact
from arf.site.status import take
from arf.site.submitting import submit
from arf.site.tracking import Tracking, opened_tracking
from arf.v1.transcript_pb2 import Call
from tests.helpers.sealing import Site
from tests.helpers.sites import carry, fail

OURS, THEIRS = "acme", "globex"


@pytest.fixture
def tracking(here: Site) -> Tracking:
    return opened_tracking(Backbone(here.bus, here.database, here.sealer))


@pytest.fixture
def pair() -> tuple[Call, Call]:
    """One call of each tenant, of one id and with the same words."""
    (ours,) = generate(1, 5)
    theirs = Call()
    theirs.CopyFrom(ours)
    ours.tenant, theirs.tenant = OURS, THEIRS
    return ours, theirs


def test_both_calls_are_published_when_they_are_submitted_together_or_one_after_the_other(
    here: Site, tracking: Tracking, pair: tuple[Call, Call]
) -> None:
    ours, theirs = pair
    done = submit(pair, here.bus, here.sealer)
    assert list(done.published) == [(OURS, ours.id), (THEIRS, theirs.id)]
    assert len(set(done.published.values())) == 2
    assert sorted(record.key for record in here.bus.read(CALLS)) == [f"{OURS}/{ours.id}", f"{THEIRS}/{theirs.id}"]
    tracking.catch_up()
    again = submit(pair, here.bus, here.sealer, stages=tracking.stages)
    assert (again.published, again.known) == ({}, done.published)


def test_the_second_tenants_call_is_published_when_the_first_ones_is_known(
    here: Site, tracking: Tracking, pair: tuple[Call, Call]
) -> None:
    ours, theirs = pair
    submit([ours], here.bus, here.sealer)
    tracking.catch_up()
    done = submit([theirs], here.bus, here.sealer, stages=tracking.stages)
    assert (list(done.published), done.known) == ([(THEIRS, theirs.id)], {})


def test_lineage_holds_ones_own_way_alone(here: Site, tracking: Tracking, pair: tuple[Call, Call]) -> None:
    made = {call.tenant: carry(here, call, here.submit(call)) for call in pair}
    tracking.catch_up()
    for call in pair:
        other = made[THEIRS if call.tenant == OURS else OURS]
        descent = tracking.lineage.descent(call.tenant, Artefact(ArtefactKind.CALL, call.id))
        ids = {edge.child.id for edge in descent}
        assert len(descent) == len(STEPS)
        assert made[call.tenant] in ids and other not in ids
        assert tracking.lineage.find(call.tenant, other) == []
        assert tracking.lineage.ancestry(call.tenant, Artefact(ArtefactKind.REVISION, other)) == []


def test_status_counts_both_and_adds_up(here: Site, tracking: Tracking, pair: tuple[Call, Call]) -> None:
    for call in pair:
        carry(here, call, here.submit(call))
    taken = take(here.bus, here.database, tracking)
    names = [SUBMIT, *(step.stage for step in STEPS)]
    assert [(stage.stage, stage.out, stage.doubled) for stage in taken.stages] == [(name, 2, 0) for name in names]
    assert [count.calls for count in tracking.stages.counts(OURS)] == [1] * (1 + len(STEPS))
    assert all(stage.waiting == 0 for stage in taken.stages)


def test_the_others_call_has_not_failed_when_ones_own_has(
    here: Site, tracking: Tracking, pair: tuple[Call, Call]
) -> None:
    ours, theirs = pair
    letter = fail(here, here.submit(ours))
    carry(here, theirs, here.submit(theirs), "teacher")
    tracking.catch_up()
    assert [found.id for found in tracking.dead_letters(OURS, ours.id)] == [letter]
    assert tracking.dead_letters(THEIRS, theirs.id) == []


def test_a_forgotten_call_of_one_tenant_is_not_missed_in_the_others_numbers(
    here: Site, tracking: Tracking, pair: tuple[Call, Call]
) -> None:
    ours, theirs = pair
    here.submit(ours)
    carry(here, theirs, here.submit(theirs))
    here.sealer.forget(OURS, ours.id)
    taken = take(here.bus, here.database, tracking)
    numbers = {stage.stage: (stage.out, stage.forgotten, stage.waiting) for stage in taken.stages}
    assert numbers["teacher"] == (1, 1, 0)
    assert numbers[EDITOR.stage] == (1, 0, 0)


def test_records_of_both_keep_their_own_event_ids(here: Site, pair: tuple[Call, Call]) -> None:
    submit(pair, here.bus, here.sealer)
    events = {record.key: record.headers[EVENT_ID] for record in here.bus.read(CALLS)}
    assert len(set(events.values())) == 2
