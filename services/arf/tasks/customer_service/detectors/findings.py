"""Builds the findings of this task's detectors."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable

from arf.tasks.customer_service.severity import severity as severity_of
from arf.tasks.detection import Subject
from arf.v1.finding_pb2 import ErrorType, Finding, Severity


def finding(
    subject: Subject,
    error: ErrorType,
    span: tuple[int, int] | None,
    turn_ids: Iterable[str] = (),
    *,
    because: str,
    fix: str,
    confidence: float,
    severity: Severity | None = None,
) -> Finding:
    """A finding on a span of the summary, in code points; on the whole summary (sentence -1) where it is None."""
    start, end = span or (0, 0)
    before = bisect_right(subject.sentences, start, key=lambda s: s.start) - 1
    inside = span is not None and before >= 0 and start < subject.sentences[before].end
    found = Finding(
        type=error,
        severity=severity,
        sentence=before if inside else -1,
        start=start,
        end=end,
        turn_ids=list(dict.fromkeys(turn_ids)),
        explanation=because,
        suggested_fix=fix,
        confidence=confidence,
    )
    found.severity = severity_of(found, subject.summary)
    return found
