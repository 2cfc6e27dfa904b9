"""Requests to revise are held against the call and the summary that they are about."""

from __future__ import annotations

import pytest

from arf.editor.requested import requested_item
from arf.kit.errors import InvalidRequest
from arf.v1.editor_service_pb2 import ReviseRequest
from arf.v1.finding_pb2 import Analysis, Finding
from arf.v1.transcript_pb2 import Call, Turn

CALL = Call(id="c1", turns=[Turn(speaker="customer", text="hello")])


def _request(**finding: object) -> ReviseRequest:
    analysis = Analysis(call_id="c1", summary="It is so. It was.", findings=[Finding(**finding)])  # type: ignore[arg-type]
    return ReviseRequest(call=CALL, analysis=analysis)


def test_the_item_is_the_calls_and_the_summarys_when_all_fits() -> None:
    request = _request(sentence=1, start=10, end=17, turn_ids=["0"])
    call, summary, analysis = requested_item(request)

    assert call.turns[0].turn_id == "0"
    assert summary == "It is so. It was."
    assert analysis == request.analysis


@pytest.mark.parametrize(
    ("finding", "field"),
    [
        ({"sentence": 2}, "sentence"),
        ({"sentence": 0, "start": 3, "end": 2}, "end"),
        ({"sentence": 0, "end": 18}, "end"),
        ({"sentence": -1, "turn_ids": ["0", "7"]}, "turn_ids"),
    ],
)
def test_the_field_is_named_when_a_finding_does_not_lie_there(finding: dict[str, object], field: str) -> None:
    with pytest.raises(InvalidRequest) as raised:
        requested_item(_request(**finding))
    assert [name for name, _ in raised.value.violations] == [f"analysis.findings[0].{field}"]


def test_a_blank_summary_is_refused() -> None:
    with pytest.raises(InvalidRequest, match=r"analysis\.summary"):
        requested_item(ReviseRequest(call=CALL, analysis=Analysis(call_id="c1", summary=" ")))
