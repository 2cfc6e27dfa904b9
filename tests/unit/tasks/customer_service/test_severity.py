"""One table of severities, whoever finds an error."""

from __future__ import annotations

import pytest

from arf.tasks.customer_service.task import TASK
from arf.tasks.detection import Subject
from arf.v1.finding_pb2 import ErrorType, Finding, Severity

from .calls import call

_SUMMARY = (
    "The customer contacted support because order AB-48213 was late. "
    "The agent Miranda refunded $35.20 within 3 days, due on 14 March."
)


def _by_a_judge(words: str) -> Finding:
    """A finding on these words of the summary, as a judge leaves it: without a severity."""
    start = _SUMMARY.index(words)
    return Finding(type=ErrorType.ERROR_TYPE_WRONG_DETAIL, start=start, end=start + len(words))


@pytest.mark.parametrize("words", ["$35.20", "refunded $35.20", "AB-48213", "14 March", "due on 14 March"])
def test_a_wrong_detail_is_critical_when_it_is_an_amount_an_id_or_a_date(words: str) -> None:
    assert TASK.severity(_by_a_judge(words), _SUMMARY) == Severity.SEVERITY_CRITICAL


@pytest.mark.parametrize(
    "words", ["Miranda", "3 days", "The agent Miranda refunded", "support", " within", "refunded "]
)
def test_a_wrong_detail_is_major_when_it_is_another_one(words: str) -> None:
    assert TASK.severity(_by_a_judge(words), _SUMMARY) == Severity.SEVERITY_MAJOR


def test_a_severity_is_kept_when_the_detector_says_it() -> None:
    found = Finding(type=ErrorType.ERROR_TYPE_OMISSION, severity=Severity.SEVERITY_CRITICAL)
    assert TASK.severity(found, _SUMMARY) == Severity.SEVERITY_CRITICAL


def test_a_detectors_wrong_detail_is_as_severe_as_a_judges_when_both_find_it() -> None:
    late = call(
        ("customer", "My order AB-48213 is late."), ("agent", "I've refunded $20.00, due on 14 March within 3 days.")
    )
    found = [
        finding
        for detector in TASK.detectors()
        for finding in detector.detect(Subject(late, _SUMMARY))
        if finding.type == ErrorType.ERROR_TYPE_WRONG_DETAIL
    ]
    assert {_SUMMARY[f.start : f.end]: f.severity for f in found} == {
        "$35.20": Severity.SEVERITY_CRITICAL,
        "Miranda": Severity.SEVERITY_MAJOR,
    }
    for finding in found:
        assert TASK.severity(_by_a_judge(_SUMMARY[finding.start : finding.end]), _SUMMARY) == finding.severity


def test_every_type_has_a_severity_when_a_finding_has_none() -> None:
    for kind in ErrorType.values():
        if kind != ErrorType.ERROR_TYPE_UNSPECIFIED:
            assert (
                TASK.severity(Finding(type=ErrorType.Name(kind), sentence=-1), _SUMMARY)
                != Severity.SEVERITY_UNSPECIFIED
            )
