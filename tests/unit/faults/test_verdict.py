"""The fault test's verdict finds what it is there to find: nothing where all is well, and each fault that is put in."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from arf.flow import FINDINGS, REVISIONS, SUMMARIES
from arf.inference.profile import ModelProfile
from arf.kit.bus import dlq
from arf.kit.bus.dlq import DLQ
from arf.kit.bus.ids import stage_id
from arf.kit.bus.port import Message
from arf.privacy.redaction.redactor import redact
from arf.site.call_stages import SqlCallStages
from arf.site.lineage import SqlLineage
from arf.site.progress import SqlProjectionProgress
from arf.site.tracking import Tracking
from arf.tasks.registry import load
from arf.v1.finding_pb2 import Analysis
from arf.v1.revision_pb2 import Revision
from arf.v1.summary_pb2 import CallSummary, Summary
from arf.v1.transcript_pb2 import Call
from tests.faults.carry import corpus
from tests.faults.evidence import TOPICS
from tests.faults.plan import draw
from tests.faults.upstream import TROUBLES, answer
from tests.faults.verdict import Topics, Verdict, judge, trace
from tests.helpers.sealing import Site, site
from tests.helpers.sites import fail

TENANT = "demo"
CALLS = corpus(draw(40, 7, poison=3))[:4]


def prompt(call: Call) -> str:
    """What the upstream is sent of a call."""
    task = load("customer_service")
    asked = task.teacher_prompt(redact(call).call, ModelProfile())
    return "\n".join(message.content for message in asked.messages)


@dataclass
class Carried:
    """Calls in the log, as the stages would have carried them."""

    here: Site
    events: dict[str, str]

    def make(self, call: Call, text: str, *, analysed: str = "", revised: str = "") -> None:
        """A record of each stage."""
        event_id = self.events[call.id]
        common: Any = {"call_id": call.id, "tenant": TENANT}
        for stage, topic, message in (
            ("teacher", SUMMARIES, CallSummary(summary=Summary(text=text), **common)),
            ("analysis", FINDINGS, Analysis(summary=analysed or text, **common)),
            ("editor", REVISIONS, Revision(original=revised or text, **common)),
        ):
            event_id = stage_id(stage, event_id)
            self.here.publish(topic, TENANT, call.id, event_id, message)

    def topics(self) -> Topics:
        return {topic: list(self.here.bus.read(topic)) for topic in TOPICS}

    def verdict(self, poison: frozenset[str] = frozenset(), *, replayed: bool = True) -> Verdict:
        return judge(self.events, TENANT, self.topics(), poison=poison, replayed=replayed)

    def traced(self) -> list[str]:
        database = self.here.database
        tables = SqlCallStages(database), SqlLineage(database), SqlProjectionProgress(database)
        tracking = Tracking(self.here.bus, self.here.sealer, *tables)
        tracking.catch_up()
        return trace(self.topics(), self.here.sealer, tracking.lineage, TENANT)


@pytest.fixture
def carried(tmp_path: Path) -> Iterator[Carried]:
    with site(tmp_path) as here:
        yield Carried(here, {call.id: here.submit(call) for call in CALLS})


def test_nothing_is_wrong_when_each_call_has_a_record_a_stage(carried: Carried) -> None:
    for call in CALLS:
        carried.make(call, answer(prompt(call)))
    found = carried.verdict()
    assert list(found.lines()) == carried.traced() == []
    assert found.records == {"teacher": 4, "analysis": 4, "editor": 4}
    # A client that heard nothing and asked again leaves no trace.
    carried.here.submit(CALLS[0])
    assert carried.verdict().holds


def test_a_call_without_a_record_is_lost(carried: Carried) -> None:
    for call in CALLS[1:]:
        carried.make(call, "text")
    assert carried.verdict().lost == [f"{CALLS[0].id}: no record of {s}" for s in ("teacher", "analysis", "editor")]
    carried.events["never-came"] = "no-such-event"
    assert "never-came: not in arf.calls.v1" in carried.verdict().lost


def test_two_records_of_a_stage_are_doubled(carried: Carried) -> None:
    for call in [*CALLS, CALLS[2]]:
        carried.make(call, "text")
    found = carried.verdict()
    assert found.doubled == [f"{CALLS[2].id}: 2 records of {s}" for s in ("teacher", "analysis", "editor")]
    assert not found.lost
    assert not found.holds


def test_a_record_of_another_event_is_wrong(carried: Carried) -> None:
    for call in CALLS:
        carried.make(call, "text")
    carried.here.publish(REVISIONS, TENANT, CALLS[0].id, "made-up", Revision(call_id=CALLS[0].id))
    (line,) = carried.verdict().wrong
    assert "nobody asked for" in line


def test_poison_has_a_dead_letter_and_nothing_else_until_it_is_replayed(carried: Carried) -> None:
    sick, *others = CALLS
    poison = frozenset({sick.id})
    for call in others:
        carried.make(call, "text")
    assert carried.verdict(poison, replayed=False).lost == [f"{sick.id}: poisonous, and no dead letter"]
    fail(carried.here, carried.events[sick.id])
    (letter,) = carried.here.bus.read(DLQ)
    again = Message(DLQ, letter.key, letter.value, letter.headers)
    assert carried.verdict(poison, replayed=False).holds
    # Without the poison it is an innocent call that was given up.
    (line,) = carried.verdict().wrong
    assert line.startswith(f"{sick.id}: a dead letter of teacher, after 1 attempts: INVALID_ARGUMENT")

    dlq.replay(carried.here.bus)
    assert "no record of teacher" in carried.verdict(poison).lost[0]
    carried.make(sick, "text")
    assert carried.verdict(poison).holds
    assert not carried.verdict(poison, replayed=False).holds
    carried.here.bus.publish([again])
    assert carried.verdict(poison).doubled == [f"{sick.id}: 2 dead letters"]


def test_a_record_made_of_something_else_is_traced(carried: Carried) -> None:
    first, second, third, fourth = CALLS
    carried.make(first, answer(prompt(second)))
    carried.make(second, answer(prompt(second)), analysed="another")
    carried.make(third, answer(prompt(third)), revised="another")
    carried.make(fourth, answer(prompt(fourth)))
    event_id = stage_id("teacher", carried.events[fourth.id])
    carried.here.publish(SUMMARIES, TENANT, first.id, event_id, CallSummary(call_id=fourth.id, tenant=TENANT))
    found = carried.traced()
    assert f"{first.id}: its summary was made of another prompt" in found
    assert f"{second.id}: its analysis is of another summary" in found
    assert f"{third.id}: its revision is of another summary" in found
    assert any(line.startswith(f"{TENANT}/{first.id}: ") and line.endswith(f"of call {fourth.id}") for line in found)


def test_lineage_that_does_not_lead_back_is_traced(carried: Carried) -> None:
    for call in CALLS:
        carried.make(call, answer(prompt(call)))
    topics = carried.topics()
    # Tables that nobody has brought up to the log.
    found = trace(topics, carried.here.sealer, SqlLineage(carried.here.database), TENANT)
    assert f"{CALLS[0].id}: lineage does not lead from CALL to TEACHER_SUMMARY" in found


def test_what_makes_a_call_poisonous_reaches_the_upstream_redacted_and_no_other_call_has_it() -> None:
    plan = draw(40, 7, poison=3)
    calls = corpus(plan)
    for number, call in enumerate(calls):
        found = {name for name, trouble in TROUBLES.items() if trouble.word in prompt(call)}
        assert found == ({plan.poison[number]} if number in plan.poison else set())
