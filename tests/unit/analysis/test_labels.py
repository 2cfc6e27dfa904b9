from __future__ import annotations

from typing import Any

import pytest

from arf.analysis.labels import labelled, score_labels
from arf.kit.errors import InvalidRecord
from arf.v1.finding_pb2 import ErrorType
from arf.v1.transcript_pb2 import Call
from tests.unit.analysis.fakes import WordDetector, make_analyzer, make_call

pytestmark = pytest.mark.anyio

FABRICATION = ErrorType.ERROR_TYPE_FABRICATION


def _call(call_id: str, *candidates: dict[str, Any]) -> Call:
    call = make_call("hello", call_id=call_id)
    call.annotations.update({"candidate_summaries": list(candidates)})
    return call


CALLS = [
    _call("c1", {"summary": "A drone came.", "consistent": 0}, {"summary": "It is late.", "consistent": 1}),
    _call("c2", {"summary": "A whale came.", "consistent": 0}, {"summary": "It is early.", "consistent": True}),
    _call("c3", {"summary": "A drone left.", "consistent": 1}),
]
DRONE = WordDetector("drone", "drone", FABRICATION)
WHALE = WordDetector("whale", "whale", ErrorType.ERROR_TYPE_CONTRADICTION)


async def test_scores_are_those_of_the_labels_when_detectors_err_both_ways() -> None:
    report = await score_labels(CALLS, make_analyzer(DRONE))
    assert report.balanced_accuracy is not None
    assert report.precision is not None
    assert report.recall is not None
    assert report.balanced_accuracy.value == pytest.approx((1 / 2 + 2 / 3) / 2)
    assert report.precision.value == report.recall.value == 0.5
    assert report.recall.low <= 0.5 <= report.recall.high
    assert (report.n, report.dialogues, report.inconsistent) == (5, 3, 2)
    assert "type_macro_f1" not in report.to_dict()


async def test_each_detector_shows_what_it_adds_when_alone_and_left_out() -> None:
    rows = {r.detector: r for r in (await score_labels(CALLS, make_analyzer(DRONE, WHALE))).detectors}
    assert rows["whale@1"].alone == pytest.approx(0.75)
    assert rows["whale@1"].without == pytest.approx((1 / 2 + 2 / 3) / 2)
    assert rows["drone@1"].without == pytest.approx(0.75)
    assert (rows["drone@1"].flagged, rows["drone@1"].precision) == (2, 0.5)


async def test_a_finding_does_not_count_when_its_type_is_not_factual() -> None:
    report = await score_labels(CALLS, make_analyzer(WordDetector("style", "drone", ErrorType.ERROR_TYPE_FORMAT)))
    assert report.recall is not None
    assert report.recall.value == 0.0
    assert report.precision is None
    assert not report.detectors


async def test_types_are_scored_when_candidates_carry_them() -> None:
    typed = [
        _call(
            "c1",
            {"summary": "A drone came.", "consistent": 0, "types": ["FABRICATION"]},
            {"summary": "A whale came.", "consistent": 0, "types": ["FABRICATION", "WRONG_DETAIL"]},
            {"summary": "It is late.", "consistent": 1, "types": []},
            {"summary": "A drone left.", "consistent": 0},
        )
    ]
    report = await score_labels(typed, make_analyzer(DRONE))
    rows = {r.type: r for r in report.types}
    assert (rows["FABRICATION"].n, rows["FABRICATION"].precision, rows["FABRICATION"].recall) == (2, 1.0, 0.5)
    assert (rows["WRONG_DETAIL"].n, rows["WRONG_DETAIL"].f1) == (1, 0.0)
    assert report.type_macro_f1 is not None
    assert report.type_macro_f1.value == pytest.approx((2 / 3 + 0) / 2)


async def test_intervals_draw_whole_dialogues_when_one_holds_all_summaries() -> None:
    one = [_call("c1", *({"summary": f"{w} came.", "consistent": 0} for w in ("drone", "whale") for _ in range(20)))]
    recall = (await score_labels(one, make_analyzer(DRONE))).recall
    assert recall is not None
    assert recall.low == recall.high == 0.5


@pytest.mark.parametrize(
    ("candidate", "reason"),
    [
        ({"summary": "x"}, "needs summary and consistent"),
        ({"summary": 3, "consistent": 1}, "must be text"),
        ({"summary": "x", "consistent": 2}, "0 or 1"),
        ({"summary": "x", "consistent": 0, "types": ["TYPO"]}, "'TYPO'"),
        ({"summary": "x", "consistent": 0, "types": "FORMAT"}, "must be a list"),
    ],
)
def test_a_bad_label_is_named_by_call_and_place_when_read(candidate: dict[str, Any], reason: str) -> None:
    with pytest.raises(InvalidRecord, match=reason) as error:
        labelled(_call("c9", candidate))
    assert error.value.field == "c9: annotations.candidate_summaries[0]"


async def test_scoring_is_refused_when_no_call_carries_labels() -> None:
    with pytest.raises(InvalidRecord, match="no call"):
        await score_labels([make_call("hello")], make_analyzer())
