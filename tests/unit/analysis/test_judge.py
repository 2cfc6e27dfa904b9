from __future__ import annotations

import json

import pytest

from arf.analysis.judge import Judge
from arf.inference.profile import ModelProfile
from arf.kit.errors import Unavailable
from arf.tasks.detection import Subject
from arf.tasks.registry import load
from arf.v1.finding_pb2 import ErrorType
from tests.helpers.fake_model import FakeModel, down
from tests.unit.analysis.fakes import make_call, replying

pytestmark = pytest.mark.anyio

CALL = make_call("My parcel is late.", "I will refund 20 dollars.")
SUMMARY = "The parcel is late. The agent refunded $30."
DETAIL = ErrorType.ERROR_TYPE_WRONG_DETAIL
OMISSION = ErrorType.ERROR_TYPE_OMISSION
FABRICATION = ErrorType.ERROR_TYPE_FABRICATION
QUESTIONS = load("customer_service").judge
NOTHING = '{"findings": []}'


def _reply(**fields: object) -> str:
    return json.dumps({"findings": [fields]})


def _judge(kind: ErrorType, reply: str) -> Judge:
    return Judge(replying({QUESTIONS.by_type[kind]: reply}), QUESTIONS)


async def test_a_finding_has_its_place_when_quote_and_turn_are_real() -> None:
    judge = _judge(DETAIL, _reply(quote="Refunded $30", turns=["1"], explanation="It was 20.", fix="Say $20."))
    (finding,) = (await judge.detect(Subject(CALL, SUMMARY))).findings
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
async def test_a_finding_is_dropped_and_counted_when_it_shows_nothing_real(
    kind: ErrorType, reply: str, reason: str
) -> None:
    judge = _judge(kind, reply)
    assert (await judge.detect(Subject(CALL, SUMMARY))).findings == []
    assert dict(judge.dropped) == {reason: 1}


async def test_no_turn_is_needed_when_nothing_in_the_call_says_it() -> None:
    opinion = await _judge(FABRICATION, _reply(quote="refunded", turns=[])).detect(Subject(CALL, SUMMARY))
    assert len(opinion.findings) == 1


async def test_an_omission_concerns_the_whole_summary_when_it_names_a_turn() -> None:
    judge = _judge(OMISSION, _reply(quote="", turns=[0], explanation="Why?"))
    (finding,) = (await judge.detect(Subject(CALL, SUMMARY))).findings
    assert (finding.sentence, finding.start, finding.end, list(finding.turn_ids)) == (-1, 0, 0, ["0"])


async def test_places_hold_when_lower_case_is_longer_than_upper() -> None:
    summary = "İİ wrote. The agent refunded $30."
    judge = _judge(DETAIL, _reply(quote="refunded $30", turns=["1"]))
    (finding,) = (await judge.detect(Subject(CALL, summary))).findings
    assert summary[finding.start : finding.end] == "refunded $30"


async def test_one_question_a_type_is_asked_when_a_summary_is_judged() -> None:
    model = replying(NOTHING)
    judge = Judge(model, QUESTIONS)
    await judge.detect(Subject(CALL, SUMMARY))
    assert len(model.prompts) == len(judge.types) == len(QUESTIONS.by_type)
    assert model.batches == [len(QUESTIONS.by_type)]
    assert all("[1] agent: I will refund" in p.messages[-1].content for p in model.prompts)
    assert all(p.messages[0].content == QUESTIONS.rules for p in model.prompts)


async def test_a_judge_that_is_away_is_not_ready() -> None:
    class Away(FakeModel):
        async def profile(self) -> ModelProfile:
            raise down()

    await Judge(FakeModel(), QUESTIONS).ready()
    with pytest.raises(Unavailable, match="HTTP 503"):
        await Judge(Away(), QUESTIONS).ready()
