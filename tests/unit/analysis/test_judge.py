from __future__ import annotations

import json

import pytest

from arf.analysis.judge import Judge
from arf.analysis.judge_prompts import QUESTIONS
from arf.tasks.detection import Detector, Subject
from arf.v1.finding_pb2 import ErrorType
from tests.unit.analysis.fakes import ScriptedEngine, make_call

CALL = make_call("My parcel is late.", "I will refund 20 dollars.")
SUMMARY = "The parcel is late. The agent refunded $30."
DETAIL = ErrorType.ERROR_TYPE_WRONG_DETAIL
OMISSION = ErrorType.ERROR_TYPE_OMISSION
FABRICATION = ErrorType.ERROR_TYPE_FABRICATION


def _reply(**fields: object) -> str:
    return json.dumps({"findings": [fields]})


def _judge(kind: ErrorType, reply: str) -> Judge:
    return Judge(ScriptedEngine({QUESTIONS[kind]: reply}))


def test_a_finding_has_its_place_when_quote_and_turn_are_real() -> None:
    judge: Detector = _judge(
        DETAIL, _reply(quote="Refunded $30", turns=["1"], explanation="It was 20.", fix="Say $20.")
    )
    (finding,) = judge.detect(Subject(CALL, SUMMARY))
    assert (finding.type, finding.sentence, SUMMARY[finding.start : finding.end]) == (DETAIL, 1, "refunded $30")
    assert (list(finding.turn_ids), finding.explanation, finding.suggested_fix) == (["1"], "It was 20.", "Say $20.")


@pytest.mark.parametrize(
    ("kind", "reply", "reason"),
    [
        (DETAIL, _reply(quote="refunded $99", turns=["1"]), "no_span"),
        (DETAIL, _reply(quote="", turns=["1"]), "no_span"),
        (DETAIL, _reply(quote="refunded $30", turns=["7"]), "no_turn"),
        (OMISSION, _reply(quote="", turns=[]), "no_turn"),
        (DETAIL, "I think it is fine.", "no_json"),
        (DETAIL, '{"findings": "none"}', "no_json"),
    ],
)
def test_a_finding_is_dropped_and_counted_when_it_shows_nothing_real(kind: ErrorType, reply: str, reason: str) -> None:
    judge = _judge(kind, reply)
    assert judge.detect(Subject(CALL, SUMMARY)) == []
    assert dict(judge.dropped) == {reason: 1}


def test_no_turn_is_needed_when_nothing_in_the_call_says_it() -> None:
    assert len(_judge(FABRICATION, _reply(quote="refunded", turns=[])).detect(Subject(CALL, SUMMARY))) == 1


def test_an_omission_concerns_the_whole_summary_when_it_names_a_turn() -> None:
    (finding,) = _judge(OMISSION, _reply(quote="", turns=[0], explanation="Why?")).detect(Subject(CALL, SUMMARY))
    assert (finding.sentence, finding.start, finding.end, list(finding.turn_ids)) == (-1, 0, 0, ["0"])


def test_places_hold_when_lower_case_is_longer_than_upper() -> None:
    summary = "İİ wrote. The agent refunded $30."
    (finding,) = _judge(DETAIL, _reply(quote="refunded $30", turns=["1"])).detect(Subject(CALL, summary))
    assert summary[finding.start : finding.end] == "refunded $30"


def test_one_question_a_type_is_asked_when_a_summary_is_judged() -> None:
    engine = ScriptedEngine({})
    judge = Judge(engine)
    judge.detect(Subject(CALL, SUMMARY))
    assert len(engine.prompts) == len(judge.types) == 8
    assert all("[1] agent: I will refund" in p.messages[-1].content for p in engine.prompts)
    assert judge.detect(Subject(CALL, " ")) == []
    assert len(engine.prompts) == 8
