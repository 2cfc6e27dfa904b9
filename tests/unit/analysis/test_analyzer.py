from __future__ import annotations

from arf.analysis.analyzer import Analyzer
from arf.v1.finding_pb2 import ErrorType, Severity
from tests.unit.analysis.fakes import WordDetector, make_call

FABRICATION = ErrorType.ERROR_TYPE_FABRICATION
FORMAT = ErrorType.ERROR_TYPE_FORMAT
CALL = make_call("my parcel is late", "I will look into it")


def test_findings_are_complete_and_sorted_when_detectors_find_out_of_order() -> None:
    analyzer = Analyzer([WordDetector("late", "drone", FABRICATION), WordDetector("early", "We", FORMAT)])
    analysis = analyzer.analyze(CALL, "We sent it. A drone came.")
    assert [(f.detector, f.sentence, f.start) for f in analysis.findings] == [("early@1", 0, 0), ("late@1", 1, 14)]
    assert analysis.findings[1].severity == Severity.SEVERITY_CRITICAL
    assert (analysis.call_id, analysis.tenant, analysis.channel, analysis.sentences) == ("c1", "t", "phone", 2)
    assert list(analysis.detectors) == ["late@1", "early@1"]


def test_ids_are_the_same_again_and_differ_when_the_call_does() -> None:
    analyzer = Analyzer([WordDetector("a", "drone", FABRICATION)])
    ids = [
        analyzer.analyze(c, "A drone came.").findings[0].finding_id for c in (CALL, CALL, make_call("x", call_id="c2"))
    ]
    assert ids[0] == ids[1] != ids[2]


def test_the_surest_is_kept_when_two_say_the_same() -> None:
    unsure, sure = WordDetector("a", "drone", FABRICATION, 0.5), WordDetector("b", "A drone", FABRICATION, 0.8)
    analysis = Analyzer([unsure, sure]).analyze(CALL, "A drone came.")
    assert [f.detector for f in analysis.findings] == ["b@1"]


def test_the_first_is_kept_when_both_are_equally_sure() -> None:
    analysis = Analyzer([WordDetector("a", "drone", FABRICATION), WordDetector("b", "drone", FABRICATION)]).analyze(
        CALL, "A drone came."
    )
    assert [f.detector for f in analysis.findings] == ["a@1"]


def test_both_are_kept_when_types_or_places_differ() -> None:
    detectors = [
        WordDetector("a", "drone", FABRICATION),
        WordDetector("b", "drone", FORMAT),
        WordDetector("c", "came", FABRICATION),
    ]
    assert len(Analyzer(detectors).analyze(CALL, "A drone came.").findings) == 3


def test_a_detector_is_reported_as_skipped_when_it_does_not_read_the_language() -> None:
    analyzer = Analyzer([WordDetector("a", "drone", FABRICATION, languages=("en",))])
    german = analyzer.analyze(make_call("Wo ist es?", language="de-AT"), "A drone came.")
    assert not german.findings
    assert not german.detectors
    assert german.skipped[0].detector == "a@1"
    assert "de" in german.skipped[0].reason
    assert analyzer.analyze(make_call("where?", language="en-GB"), "A drone came.").findings


def test_what_is_not_configured_is_reported_when_it_is_missing_and_only_then() -> None:
    bare = Analyzer([]).analyze(CALL, "Fine.")
    assert [s.detector for s in bare.skipped] == ["support", "judge"]
    full = Analyzer(
        [WordDetector("support:nli:some/model", "x", FABRICATION)], judge=WordDetector("judge:m", "x", FABRICATION)
    )
    assert not full.analyze(CALL, "Fine.").skipped
