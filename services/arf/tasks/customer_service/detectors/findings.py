"""How a detector of this task writes down what it found."""

from __future__ import annotations

from collections.abc import Iterable

from arf.tasks.detection import Subject
from arf.v1 import finding_pb2 as f
from arf.v1.finding_pb2 import ErrorType, Finding, Severity

SEVERITY = {
    f.ERROR_TYPE_ROLE_MISATTRIBUTION: f.SEVERITY_CRITICAL,
    f.ERROR_TYPE_WRONG_DETAIL: f.SEVERITY_CRITICAL,
    f.ERROR_TYPE_STATUS_SHIFT: f.SEVERITY_CRITICAL,
    f.ERROR_TYPE_CONTRADICTION: f.SEVERITY_CRITICAL,
    f.ERROR_TYPE_FABRICATION: f.SEVERITY_CRITICAL,
    f.ERROR_TYPE_UNSUPPORTED_INFERENCE: f.SEVERITY_MINOR,
    f.ERROR_TYPE_WRONG_LINK: f.SEVERITY_MAJOR,
    f.ERROR_TYPE_OMISSION: f.SEVERITY_MAJOR,
    f.ERROR_TYPE_REDUNDANCY: f.SEVERITY_MINOR,
    f.ERROR_TYPE_FORMAT: f.SEVERITY_MINOR,
}
"""The severity of each type where a detector says no other."""


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
    inside = (s.index for s in subject.sentences if s.start <= start < s.end)
    return Finding(
        type=error,
        severity=severity or SEVERITY[error],
        sentence=-1 if span is None else next(inside, -1),
        start=start,
        end=end,
        turn_ids=list(dict.fromkeys(turn_ids)),
        explanation=because,
        suggested_fix=fix,
        confidence=confidence,
    )
