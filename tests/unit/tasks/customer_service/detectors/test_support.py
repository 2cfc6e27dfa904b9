from __future__ import annotations

from collections.abc import Sequence

import pytest

from arf.tasks.customer_service.detectors.support import Support
from arf.v1.finding_pb2 import ErrorType
from arf.v1.transcript_pb2 import Call
from tests.unit.tasks.customer_service.detectors.subjects import call_of, found

CALL = call_of("customer: my order is late")


class FixedChecker:
    """Gives every claim the score that it was made with."""

    id = "fixed@3"

    def __init__(self, *scores: float) -> None:
        self._scores = scores

    def support(self, claims: Sequence[str], call: Call) -> list[float]:
        return list(self._scores)


def test_sentences_are_marked_by_how_little_support_they_have_when_below_the_thresholds() -> None:
    detector = Support(FixedChecker(0.9, 0.5, 0.49, 0.2, 0.19))
    findings = found(detector, CALL, "One is. Two is. Three is. Four is. Five is.")
    inference, fabrication = ErrorType.ERROR_TYPE_UNSUPPORTED_INFERENCE, ErrorType.ERROR_TYPE_FABRICATION
    assert [(f.sentence, f.type) for f in findings] == [(2, inference), (3, inference), (4, fabrication)]
    assert findings[2].confidence == pytest.approx(0.81)


def test_the_id_names_the_checker_when_findings_are_to_be_traced() -> None:
    assert Support(FixedChecker()).id == "support:fixed@3"
