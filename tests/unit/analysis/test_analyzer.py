from __future__ import annotations

import json

import pytest

from arf.analysis.judge import Judge
from arf.kit.errors import Unavailable
from arf.tasks.registry import load
from arf.v1.finding_pb2 import Analysis, ErrorType, Severity
from tests.helpers.fake_model import FakeModel, down, refused
from tests.unit.analysis.fakes import WordDetector, make_analyzer, make_call, replying

pytestmark = pytest.mark.anyio

FABRICATION = ErrorType.ERROR_TYPE_FABRICATION
FORMAT = ErrorType.ERROR_TYPE_FORMAT
DETAIL = ErrorType.ERROR_TYPE_WRONG_DETAIL
CALL = make_call("my parcel is late", "I will look into it")


async def test_findings_are_complete_and_sorted_when_detectors_find_out_of_order() -> None:
    analyzer = make_analyzer(WordDetector("late", "drone", FABRICATION), WordDetector("early", "We", FORMAT))
    analysis = await analyzer.analyze(CALL, "We sent it. A drone came.")
    assert [(f.detector, f.sentence, f.start) for f in analysis.findings] == [("early@1", 0, 0), ("late@1", 1, 14)]
    assert analysis.findings[1].severity == Severity.SEVERITY_CRITICAL
    assert (analysis.call_id, analysis.tenant, analysis.channel, analysis.sentences) == ("c1", "t", "phone", 2)
    assert list(analysis.detectors) == ["late@1", "early@1"]


async def test_ids_are_the_same_again_and_differ_when_the_call_does() -> None:
    analyzer = make_analyzer(WordDetector("a", "drone", FABRICATION))
    ids = [
        (await analyzer.analyze(c, "A drone came.")).findings[0].finding_id
        for c in (CALL, CALL, make_call("x", call_id="c2"))
    ]
    assert ids[0] == ids[1] != ids[2]


async def test_the_surest_is_kept_when_two_say_the_same() -> None:
    unsure, sure = WordDetector("a", "drone", FABRICATION, 0.5), WordDetector("b", "A drone", FABRICATION, 0.8)
    analysis = await make_analyzer(unsure, sure).analyze(CALL, "A drone came.")
    assert [f.detector for f in analysis.findings] == ["b@1"]


async def test_the_first_is_kept_when_both_are_equally_sure() -> None:
    analysis = await make_analyzer(
        WordDetector("a", "drone", FABRICATION), WordDetector("b", "drone", FABRICATION)
    ).analyze(CALL, "A drone came.")
    assert [f.detector for f in analysis.findings] == ["a@1"]


async def test_both_are_kept_when_types_or_places_differ() -> None:
    detectors = [
        WordDetector("a", "drone", FABRICATION),
        WordDetector("b", "drone", FORMAT),
        WordDetector("c", "came", FABRICATION),
    ]
    assert len((await make_analyzer(*detectors).analyze(CALL, "A drone came.")).findings) == 3


async def test_a_detector_is_reported_as_skipped_when_it_does_not_read_the_language() -> None:
    analyzer = make_analyzer(WordDetector("a", "drone", FABRICATION, languages=("en",)))
    german = await analyzer.analyze(make_call("Wo ist es?", language="de-AT"), "A drone came.")
    assert not german.findings
    assert not german.detectors
    assert german.skipped[0].detector == "a@1"
    assert "de" in german.skipped[0].reason
    assert (await analyzer.analyze(make_call("where?", language="en-GB"), "A drone came.")).findings


async def test_what_is_not_configured_is_reported_when_it_is_missing_and_only_then() -> None:
    bare = await make_analyzer().analyze(CALL, "Fine.")
    assert [s.detector for s in bare.skipped] == ["support", "judge"]
    judge = Judge(replying('{"findings": []}'), load("customer_service").judge)
    full = make_analyzer(WordDetector("support:nli:some/model", "x", FABRICATION), judge=judge)
    assert not (await full.analyze(CALL, "Fine.")).skipped


async def test_what_the_judge_refused_to_say_is_reported_as_skipped() -> None:
    model = replying('{"findings": []}', script=[None, refused(), None, refused()])
    analyzer = make_analyzer(judge=Judge(model, load("customer_service").judge))
    (reason,) = [s.reason for s in (await analyzer.analyze(CALL, "Fine.")).skipped if s.detector == "judge:fake@1"]
    assert reason == "its model refused to answer on WRONG_DETAIL, CONTRADICTION"


async def test_an_analysis_fails_when_the_judge_is_away() -> None:
    analyzer = make_analyzer(judge=Judge(FakeModel(script=[down()]), load("customer_service").judge))
    with pytest.raises(Unavailable):
        await analyzer.analyze(CALL, "Fine.")


@pytest.mark.parametrize(
    ("summary", "quote", "severity"),
    [
        ("The agent refunded $30.", "$30", Severity.SEVERITY_CRITICAL),
        ("The agent blamed the blue lamp.", "blue", Severity.SEVERITY_MAJOR),
    ],
)
async def test_a_wrong_detail_is_as_severe_whoever_finds_it(summary: str, quote: str, severity: Severity) -> None:
    said = json.dumps({"findings": [{"quote": quote, "turns": ["1"], "explanation": "It is not so."}]})
    questions = load("customer_service").judge
    model = replying({questions.by_type[DETAIL]: said})
    by_judge = await make_analyzer(judge=Judge(model, questions)).analyze(CALL, summary)
    by_detector = await make_analyzer(WordDetector("details", quote, DETAIL)).analyze(CALL, summary)
    assert [f.severity for f in by_judge.findings] == [f.severity for f in by_detector.findings] == [severity]


async def test_every_analysis_is_observed_once() -> None:
    seen: list[Analysis] = []
    analyzer = make_analyzer(WordDetector("a", "drone", FABRICATION), observe=seen.append)
    assert [await analyzer.analyze(CALL, "A drone came.")] == seen
