"""The editor stage on a real bus: exactly one Revision an analysis, live ones passed by, whichever came first."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import pytest

from arf.calls.call_log import CallLog
from arf.editor.worker import STAGE, EditorHandler
from arf.flow import FINDINGS, REVISIONS
from arf.inference.port import Model
from arf.inference.profile import ModelProfile
from arf.kit.bus import dlq
from arf.kit.bus.headers import EVENT_ID, SOURCE
from arf.kit.bus.ids import stage_id
from arf.kit.errors import Unavailable
from arf.kit.threads import InPlace
from arf.privacy.sealed_records import opener
from arf.v1.finding_pb2 import Analysis
from arf.v1.revision_pb2 import Decision, Revision
from arf.v1.transcript_pb2 import Call
from tests.helpers.fake_model import FakeModel, down
from tests.helpers.sealing import Site
from tests.helpers.stages import working
from tests.unit.analysis.fakes import make_call
from tests.unit.editor.fakes import FakeTask, MarkAnalyzer, make_editor, scripted

NOT_NEEDED, ACCEPTED = Decision.DECISION_NOT_NEEDED, Decision.DECISION_ACCEPTED
NEEDS_REVIEW = Decision.DECISION_NEEDS_REVIEW


@pytest.fixture
def calls(here: Site) -> Iterator[CallLog]:
    log = CallLog(here.bus, opener(here.sealer, Call), ["teacher", "analysis"])
    yield log
    log.close()


def _analyse(here: Site, call: Call, call_event: str, text: str, source: str = "batch") -> str:
    analysis = MarkAnalyzer().marked(call, text)
    event_id = stage_id("analysis", stage_id("teacher", call_event))
    here.publish(FINDINGS, call.tenant, call.id, event_id, analysis, {SOURCE: source})
    return event_id


def _handler(
    here: Site, calls: CallLog, model: Model | None = None, analyzer: MarkAnalyzer | None = None
) -> EditorHandler:
    editor = make_editor(FakeTask(), analyzer, model or scripted(_mend), candidates=1)
    return EditorHandler(FakeTask(), editor, calls, here.sealer, InPlace())


def _mend(text: str, seed: int) -> str:
    """The model mends all but what it cannot."""
    return text.replace("WRONG", "right")


def test_each_analysis_has_one_revision_of_its_decision(here: Site, calls: CallLog) -> None:
    texts = {"c1": "All is well.", "c2": "It is WRONG.", "c3": "It is a MADE_UP story.", "c4": "It is WRONG, too."}
    wanted = {"c1": NOT_NEEDED, "c2": ACCEPTED, "c3": NEEDS_REVIEW, "c4": ACCEPTED}
    model = scripted(_mend)
    with working(here, STAGE, FINDINGS, REVISIONS, _handler(here, calls, model)) as stage:
        ids = set()
        for call_id, text in texts.items():
            call = make_call("hello", call_id=call_id)
            for event in [here.submit(call)] * 2:
                ids.add(stage_id("editor", _analyse(here, call, event, text)))
        stage.until_idle()
    revisions = here.messages(REVISIONS, Revision)

    assert {r.call_id: r.decision for r in revisions} == wanted
    assert len(revisions) == len(wanted)
    assert {record.headers[EVENT_ID] for record in here.bus.read(REVISIONS)} == ids
    assert dlq.letters(here.bus) == []


def test_what_comes_at_once_is_one_batch_of_the_model(here: Site, calls: CallLog) -> None:
    model = scripted(_mend)
    for n in range(6):
        call = make_call("hello", call_id=f"c{n}")
        _analyse(here, call, here.submit(call), "It is WRONG.")
    outputs = asyncio.run(_handler(here, calls, model)(list(here.bus.read(FINDINGS))))

    assert len(outputs) == 6
    assert model.batches == [6]


def test_live_findings_are_passed_by_and_hold_up_nothing(here: Site, calls: CallLog) -> None:
    with working(here, STAGE, FINDINGS, REVISIONS, _handler(here, calls)) as stage:
        for n in range(8):
            call = make_call("hello", call_id=f"c{n}")
            _analyse(here, call, here.submit(call), "It is WRONG.", "live" if n % 2 else "batch")
        stage.until_idle()

    assert sorted(r.call_id for r in here.messages(REVISIONS, Revision)) == ["c0", "c2", "c4", "c6"]


def test_an_analysis_waits_when_its_call_comes_later(here: Site, calls: CallLog) -> None:
    call = make_call("hello")
    with working(here, STAGE, FINDINGS, REVISIONS, _handler(here, calls)) as stage:
        _analyse(here, call, "an event that nobody has seen", "It is WRONG.")
        stage.until_tried_again(8)
        assert list(here.bus.read(REVISIONS)) == []
        here.submit(call)
        stage.until_outputs(1)

    assert dlq.letters(here.bus) == []


def test_nothing_is_lost_when_the_analyser_does_not_answer_for_a_while(here: Site, calls: CallLog) -> None:
    class Flaky(MarkAnalyzer):
        left = 12

        async def analyze(self, call: Call, summary: str) -> Analysis:
            self.left -= 1
            if self.left > 0:
                raise Unavailable("analysis: down")
            return await super().analyze(call, summary)

    with working(here, STAGE, FINDINGS, REVISIONS, _handler(here, calls, None, Flaky())) as stage:
        for n in range(4):
            call = make_call("hello", call_id=f"c{n}")
            _analyse(here, call, here.submit(call), "It is WRONG.")
        stage.until_outputs(4)
        stage.until_idle()

    assert [r.decision for r in here.messages(REVISIONS, Revision)] == [ACCEPTED] * 4
    assert dlq.letters(here.bus) == []


def test_nothing_is_a_dead_letter_when_the_model_is_away_before_it_was_ever_asked(here: Site, calls: CallLog) -> None:
    class Starting(FakeModel):
        left = 3

        async def profile(self) -> ModelProfile:
            self.left -= 1
            if self.left > 0:
                raise down()
            return await super().profile()

    with working(here, STAGE, FINDINGS, REVISIONS, _handler(here, calls, Starting("It is right."))) as stage:
        call = make_call("hello")
        _analyse(here, call, here.submit(call), "It is WRONG.")
        stage.until_outputs(1)

    assert [r.decision for r in here.messages(REVISIONS, Revision)] == [ACCEPTED]
    assert dlq.letters(here.bus) == []


def test_the_one_summary_over_which_the_model_falls_is_a_dead_letter_and_its_neighbours_are_revised(
    here: Site, calls: CallLog
) -> None:
    def fragile(text: str, seed: int) -> str:
        if "FRAGILE" in text:
            raise Unavailable("model: HTTP 500")
        return _mend(text, seed)

    handler = _handler(here, calls, scripted(fragile))
    for n, text in enumerate(["It is WRONG.", "It is WRONG and FRAGILE.", "It is WRONG, too."]):
        call = make_call("hello", call_id=f"c{n}")
        _analyse(here, call, here.submit(call), text)
    with working(here, STAGE, FINDINGS, REVISIONS, handler, handler.answers) as stage:
        stage.until_idle()

    assert sorted(r.call_id for r in here.messages(REVISIONS, Revision)) == ["c0", "c2"]
    assert [letter.dead.key for letter in dlq.letters(here.bus)] == [b"t/c1"]


def test_others_are_answered_only_if_analyser_and_model_are_there(here: Site, calls: CallLog) -> None:
    class Down(MarkAnalyzer):
        async def analyze(self, call: Call, summary: str) -> Analysis:
            raise Unavailable("analysis: down")

    def away(text: str, seed: int) -> str:
        raise Unavailable("model: down")

    call = make_call("hello")
    _analyse(here, call, here.submit(call), "It is WRONG.")
    (record,) = here.bus.read(FINDINGS)
    assert asyncio.run(_handler(here, calls).answers(record))
    assert asyncio.run(
        EditorHandler(FakeTask(), make_editor(FakeTask()), calls, here.sealer, InPlace()).answers(record)
    )
    assert not asyncio.run(_handler(here, calls, scripted(away)).answers(record))
    assert not asyncio.run(_handler(here, calls, None, Down()).answers(record))
    here.sealer.forget("t", "c1")
    assert not asyncio.run(_handler(here, calls).answers(record))


def test_nothing_is_made_of_a_call_that_was_forgotten(here: Site, calls: CallLog) -> None:
    call = make_call("hello")
    _analyse(here, call, here.submit(call), "It is WRONG.")
    here.sealer.forget("t", "c1")
    with working(here, STAGE, FINDINGS, REVISIONS, _handler(here, calls)) as stage:
        stage.until_idle()

    assert list(here.bus.read(REVISIONS)) == []
    assert dlq.letters(here.bus) == []
