from __future__ import annotations

from itertools import pairwise

import pytest
from sqlalchemy import delete

from arf.backbone import Backbone
from arf.corpus.generator import generate
from arf.flow import CALLS, LIVE, REVISIONS, STEPS, SUMMARIES, ArtefactKind
from arf.kit.bus.dlq import DLQ
from arf.kit.bus.headers import KIND, SOURCE
from arf.kit.bus.ids import stage_id
from arf.kit.bus.port import Message
from arf.site.call_stages import StageCount
from arf.site.lineage import Artefact, Edge
from arf.site.store import projection_progress
from arf.site.tracking import Tracking, opened_tracking
from arf.v1.live_pb2 import SummaryUpdate
from arf.v1.revision_pb2 import Revision
from arf.v1.summary_pb2 import CallSummary
from tests.helpers.sealing import Site
from tests.helpers.sites import POLICY, carry, fail


@pytest.fixture
def tracking(here: Site) -> Tracking:
    return opened_tracking(Backbone(here.bus, here.database, here.sealer))


def test_every_record_is_counted_once_however_often_the_log_is_read(here: Site, tracking: Tracking) -> None:
    for call in generate(3, 5):
        carry(here, call, here.submit(call))
        tracking.catch_up()
    counted = tracking.stages.counts()
    assert counted == [StageCount(stage, 3, 3, 0, 0) for stage in sorted(["submit", *(s.stage for s in STEPS)])]
    here.database.write(lambda connection: connection.execute(delete(projection_progress)))
    tracking.catch_up()
    assert tracking.stages.counts() == counted


def test_lineage_leads_from_the_revision_to_call_and_policy_and_back(here: Site, tracking: Tracking) -> None:
    (call,) = generate(1, 5)
    submitted = here.submit(call)
    revised = carry(here, call, submitted)
    here.publish(REVISIONS, call.tenant, call.id, stage_id("review", revised), Revision(), {"source": "review"})
    tracking.catch_up()
    summarised = stage_id("teacher", submitted)
    found = stage_id("analysis", summarised)
    chain = [
        Artefact(ArtefactKind.CALL, call.id),
        Artefact(ArtefactKind.TEACHER_SUMMARY, summarised),
        Artefact(ArtefactKind.FINDINGS, found),
        Artefact(ArtefactKind.REVISION, revised),
        Artefact(ArtefactKind.REVISION, stage_id("review", revised)),
    ]
    edges = {Edge(parent, child) for parent, child in pairwise(chain)}
    policy = Edge(Artefact(ArtefactKind.REDACTION_POLICY, POLICY), chain[1])
    assert set(tracking.lineage.ancestry(call.tenant, chain[-1])) == {*edges, policy}
    assert set(tracking.lineage.descent(call.tenant, chain[0])) >= edges
    assert {c.stage: c.records for c in tracking.stages.counts()}["review"] == 1


def test_a_call_that_was_live_has_a_lineage_but_is_not_counted_among_those_submitted(
    here: Site, tracking: Tracking
) -> None:
    (call,) = generate(1, 5)
    submitted = here.submit(call, {SOURCE: "live"})
    summarised = stage_id("teacher", submitted)
    made = CallSummary(call_id=call.id, tenant=call.tenant)
    here.publish(SUMMARIES, call.tenant, call.id, summarised, made, {SOURCE: "live"})
    for number, kind in enumerate(("PARTIAL", "FINAL")):
        update = SummaryUpdate(call_id=call.id, revision=number + 1)
        here.publish(LIVE, call.tenant, call.id, f"u-{number}", update, {SOURCE: "live", KIND: kind})
    tracking.catch_up()
    counted = {count.stage: count.records for count in tracking.stages.counts()}
    assert counted == {"live:submit": 1, "live:teacher": 1, "summarizer": 1}
    descent = {edge.child for edge in tracking.lineage.descent(call.tenant, Artefact(ArtefactKind.CALL, call.id))}
    assert descent == {
        Artefact(ArtefactKind.TEACHER_SUMMARY, summarised),
        Artefact(ArtefactKind.LIVE_SUMMARY, "u-1"),
    }


def test_two_submissions_of_one_call_have_each_their_own_line(here: Site, tracking: Tracking) -> None:
    (call,) = generate(1, 5)
    first = here.submit(call)
    call.turns[0].text += " again"
    second = here.submit(call)
    revised = [carry(here, call, event) for event in (first, second)]
    tracking.catch_up()
    for event, made in zip((first, second), revised, strict=True):
        above = {
            edge.parent.id for edge in tracking.lineage.ancestry(call.tenant, Artefact(ArtefactKind.REVISION, made))
        }
        own = stage_id("teacher", event)
        assert above == {call.id, POLICY, own, stage_id("analysis", own)}


def test_dead_letter_counts_until_the_output_comes(here: Site, tracking: Tracking) -> None:
    (call,) = generate(1, 5)
    submitted = here.submit(call)
    fail(here, submitted)
    tracking.catch_up()
    assert StageCount("teacher", 0, 0, 0, 1) in tracking.stages.counts()
    carry(here, call, submitted, "teacher")
    tracking.catch_up()
    assert StageCount("teacher", 1, 1, 0, 0) in tracking.stages.counts()


def test_record_that_is_nobodys_call_is_passed_by(here: Site, tracking: Tracking) -> None:
    strange = [Message(CALLS, "no-slash", b"x", {}), Message(DLQ, "a/b", b"\xff", {"event_id": "e"})]
    here.bus.publish([*strange, Message(CALLS, "t/" + "c" * 129, b"x", {})])
    tracking.catch_up()
    assert tracking.stages.counts() == []


def test_forgotten_summary_keeps_its_place_in_the_lineage(here: Site, tracking: Tracking) -> None:
    (call,) = generate(1, 5)
    carry(here, call, here.submit(call))
    here.sealer.forget(call.tenant, call.id)
    tracking.catch_up()
    made = {edge.child.kind for edge in tracking.lineage.descent(call.tenant, Artefact(ArtefactKind.CALL, call.id))}
    assert made == {step.makes for step in STEPS}
