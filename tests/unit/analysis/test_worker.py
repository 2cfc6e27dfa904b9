"""The analysis stage on a real bus: one Analysis a summary, that of the batch loop, whatever came first."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import pytest

from arf.analysis.analyzer import Analyzer
from arf.analysis.judge import Judge
from arf.analysis.wiring import wire_analyzer
from arf.analysis.worker import STAGE, AnalysisHandler
from arf.calls.call_log import CallLog
from arf.flow import FINDINGS, SUMMARIES
from arf.inference.port import Request
from arf.kit.bus import dlq
from arf.kit.bus.headers import EVENT_ID, SCHEMA, SOURCE, TENANT
from arf.kit.bus.ids import stage_id
from arf.kit.bus.port import Message
from arf.kit.threads import InPlace
from arf.privacy.sealed_records import opener
from arf.tasks.registry import load
from arf.v1.finding_pb2 import Analysis, ErrorType
from arf.v1.summary_pb2 import CallSummary, Summary
from arf.v1.transcript_pb2 import Call
from tests.helpers.fake_model import FakeModel, down
from tests.helpers.sealing import Site
from tests.helpers.stages import working
from tests.unit.analysis.fakes import WordDetector, make_analyzer, make_call

TEXT = "The customer asked where the parcel is. A drone brought it on 5 May."
TASK = load("customer_service")


@pytest.fixture
def analyzer() -> Analyzer:
    return make_analyzer(WordDetector("drone", "drone", ErrorType.ERROR_TYPE_FABRICATION))


@pytest.fixture
def handler(here: Site, analyzer: Analyzer) -> Iterator[AnalysisHandler]:
    calls = CallLog(here.bus, opener(here.sealer, Call), ["teacher"])
    yield AnalysisHandler(TASK, analyzer, calls, here.sealer, InPlace())
    calls.close()


def _summarise(here: Site, call: Call, call_event: str, source: str = "batch") -> None:
    given = CallSummary(
        call_id=call.id, tenant=call.tenant, channel=call.channel, summary=Summary(text=TEXT, model="m")
    )
    here.publish(SUMMARIES, call.tenant, call.id, stage_id("teacher", call_event), given, {SOURCE: source})


def test_the_analysis_is_byte_for_byte_that_of_the_batch_loop(here: Site) -> None:
    analyzer = wire_analyzer(TASK)
    calls = [make_call("my parcel is late", f"I will send it by {n} May", call_id=f"c{n}") for n in range(3, 8)]
    log = CallLog(here.bus, opener(here.sealer, Call), ["teacher"])
    with working(
        here, STAGE, SUMMARIES, FINDINGS, AnalysisHandler(TASK, analyzer, log, here.sealer, InPlace())
    ) as stage:
        for call in calls:
            _summarise(here, call, here.submit(call))
        stage.until_outputs(len(calls))
    log.close()
    made = {a.call_id: a.SerializeToString(deterministic=True) for a in here.messages(FINDINGS, Analysis)}

    assert made == {c.id: asyncio.run(analyzer.analyze(c, TEXT)).SerializeToString(deterministic=True) for c in calls}
    assert all(Analysis.FromString(value).findings for value in made.values())


def test_headers_say_what_it_is_and_where_it_came_from(here: Site, handler: AnalysisHandler) -> None:
    call = make_call("hello")
    event_id = here.submit(call)
    with working(here, STAGE, SUMMARIES, FINDINGS, handler) as stage:
        _summarise(here, call, event_id, source="live")
        stage.until_outputs(1)
    (record,) = here.bus.read(FINDINGS)

    assert (record.key, record.headers[SCHEMA]) == ("t/c1", "arf.v1.Analysis")
    assert record.headers[EVENT_ID] == stage_id("analysis", stage_id("teacher", event_id))
    assert (record.headers[TENANT], record.headers[SOURCE]) == ("t", "live")
    assert b"drone" not in record.value


def test_a_summary_waits_and_is_not_lost_when_its_call_comes_later(here: Site, handler: AnalysisHandler) -> None:
    early, ready = make_call("early", call_id="early"), [make_call("x", call_id=f"c{n}") for n in range(12)]
    with working(here, STAGE, SUMMARIES, FINDINGS, handler) as stage:
        _summarise(here, early, "an event that nobody has seen")
        same = [c for c in ready if stage.partition(c) == stage.partition(early)]
        others = [c for c in ready if c not in same]
        assert same
        assert others
        for call in ready:
            _summarise(here, call, here.submit(call))
        stage.until_outputs(len(others))
        stage.until_tried_again(8)
        # Calls of the tenant that came with it may be done, or wait behind it: they are parked with it.
        found = {a.call_id for a in here.messages(FINDINGS, Analysis)}
        assert {c.id for c in others} <= found <= {c.id for c in ready}
        here.submit(early)
        stage.until_outputs(len(ready) + 1)

    assert sorted(a.call_id for a in here.messages(FINDINGS, Analysis)) == sorted(c.id for c in [early, *ready])
    assert dlq.letters(here.bus) == []


def test_a_summary_whose_call_never_comes_is_a_dead_letter_that_can_be_replayed(here: Site, analyzer: Analyzer) -> None:
    early, last = make_call("early"), make_call("early", "and once more")
    log = CallLog(here.bus, opener(here.sealer, Call), ["teacher"], patience_s=0)
    with working(
        here, STAGE, SUMMARIES, FINDINGS, AnalysisHandler(TASK, analyzer, log, here.sealer, InPlace())
    ) as stage:
        _summarise(here, early, "an event that nobody has seen")
        stage.until_idle()
        (letter,) = dlq.letters(here.bus)
        assert (letter.dead.stage, letter.dead.error_code) == ("analysis", "NOT_FOUND")
        _summarise(here, last, here.submit(last))
        stage.until_outputs(1)
        dlq.replay(here.bus)
        stage.until_outputs(2)
    log.close()


def test_the_one_summary_over_which_the_judge_falls_is_a_dead_letter(here: Site) -> None:
    def fragile(asked: Request) -> str:
        if away or "FRAGILE" in asked.prompt.messages[-1].content:
            raise down()
        return '{"findings": []}'

    away = False
    log = CallLog(here.bus, opener(here.sealer, Call), ["teacher"])
    handler = AnalysisHandler(
        TASK, make_analyzer(judge=Judge(FakeModel(fragile), TASK.judge)), log, here.sealer, InPlace()
    )
    call = make_call("FRAGILE")
    _summarise(here, call, here.submit(call))
    with working(here, STAGE, SUMMARIES, FINDINGS, handler, handler.answers) as stage:
        stage.until_idle()
    (record,) = here.bus.read(SUMMARIES)
    assert [letter.dead.key for letter in dlq.letters(here.bus)] == [b"t/c1"]
    assert asyncio.run(handler.answers(record))
    away = True
    assert not asyncio.run(handler.answers(record))
    log.close()


def test_there_is_one_record_when_an_event_comes_twice(here: Site, handler: AnalysisHandler) -> None:
    call, last = make_call("hello"), make_call("bye", call_id="last")
    event_id = here.submit(call)
    with working(here, STAGE, SUMMARIES, FINDINGS, handler) as stage:
        for _ in range(3):
            _summarise(here, call, event_id)
        stage.until_outputs(1)
        _summarise(here, call, event_id)
        _summarise(here, last, here.submit(last))
        stage.until_idle()

    assert sorted(a.call_id for a in here.messages(FINDINGS, Analysis)) == ["c1", "last"]


def test_nothing_is_made_of_a_call_that_was_forgotten(here: Site, handler: AnalysisHandler) -> None:
    call = make_call("hello")
    _summarise(here, call, here.submit(call))
    here.sealer.forget("t", "c1")
    with working(here, STAGE, SUMMARIES, FINDINGS, handler) as stage:
        stage.until_idle()

    assert list(here.bus.read(FINDINGS)) == []
    assert dlq.letters(here.bus) == []


def test_what_is_no_summary_is_a_dead_letter_and_holds_up_nothing(here: Site, handler: AnalysisHandler) -> None:
    call = make_call("hello")
    plain = Message(SUMMARIES, "t/c1", b"\xff\xff", {EVENT_ID: "e1", TENANT: "t", SCHEMA: "arf.v1.CallSummary"})
    wrong = Message(SUMMARIES, "t/c1", b"", {EVENT_ID: "e2", TENANT: "t", SCHEMA: "arf.v1.Call"})
    here.bus.publish([plain, wrong])
    with working(here, STAGE, SUMMARIES, FINDINGS, handler) as stage:
        _summarise(here, call, here.submit(call))
        stage.until_outputs(1)
        stage.until_idle()

    assert [(x.dead.stage, x.dead.error_code) for x in dlq.letters(here.bus)] == [("analysis", "INVALID_ARGUMENT")] * 2
