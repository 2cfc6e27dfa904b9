from __future__ import annotations

import pytest

from arf.tasks.customer_service.detectors.inference import UnsupportedInference
from arf.v1 import finding_pb2 as f
from arf.v1.transcript_pb2 import Call
from tests.unit.tasks.customer_service.detectors.calls import CONDITIONAL, REFUND, REFUND_SUMMARY, REFUSED
from tests.unit.tasks.customer_service.detectors.subjects import call_of, found, spans

DETECTOR = UnsupportedInference()
CALM = call_of("customer: The kettle from order 77120 is faulty. I want a refund.", "agent: I have refunded it.")


@pytest.mark.parametrize(
    ("summary", "marked"),
    [
        ("The jealous customer asked for a refund.", "jealous"),
        ("The customer was embarrassed about the kettle.", "embarrassed"),
        ("The customer asked for a refund, presumably for the kettle.", "presumably"),
    ],
)
def test_a_feeling_or_guess_is_marked_when_nothing_hints_at_it(summary: str, marked: str) -> None:
    (finding,) = found(DETECTOR, CALM, summary)
    assert summary[finding.start : finding.end].startswith(marked)
    assert finding.severity == f.SEVERITY_MINOR


@pytest.mark.parametrize(
    ("call", "summary"),
    [
        (REFUSED, "The customer was frustrated about the refusal."),
        (REFUND, "The customer was satisfied with the refund."),
        (REFUND, REFUND_SUMMARY),
        (REFUSED, "The agent refused a refund because the return window had passed."),
        (CONDITIONAL, "The customer asked for a refund because the kettle was faulty."),
    ],
)
def test_nothing_is_marked_when_the_call_has_a_cue(call: Call, summary: str) -> None:
    assert spans(DETECTOR, call, summary) == []
