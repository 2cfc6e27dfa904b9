"""How a detector of this task writes down what it found."""

from __future__ import annotations

from collections.abc import Iterable

from arf.kit.detection import Subject
from arf.v1 import finding_pb2 as f
from arf.v1.finding_pb2 import ErrorType, Finding

SEVERITY = {
    f.ERROR_TYPE_ROLE_MISATTRIBUTION: f.SEVERITY_CRITICAL,
    f.ERROR_TYPE_WRONG_DETAIL: f.SEVERITY_CRITICAL,
    f.ERROR_TYPE_STATUS_SHIFT: f.SEVERITY_CRITICAL,
    f.ERROR_TYPE_CONTRADICTION: f.SEVERITY_CRITICAL,
    f.ERROR_TYPE_FABRICATION: f.SEVERITY_CRITICAL,
    f.ERROR_TYPE_UNSUPPORTED_INFERENCE: f.SEVERITY_MINOR,
}


def finding(
    subject: Subject,
    error: ErrorType,
    span: tuple[int, int],
    turn_ids: Iterable[str],
    *,
    because: str,
    fix: str,
    confidence: float,
) -> Finding:
    """A finding on a span of the summary, in code points; its sentence is the one that the span starts in."""
    start, end = span
    sentence = next((s.index for s in subject.sentences if s.start <= start < s.end), -1)
    return Finding(
        type=error,
        severity=SEVERITY[error],
        sentence=sentence,
        start=start,
        end=end,
        turn_ids=list(dict.fromkeys(turn_ids)),
        explanation=because,
        suggested_fix=fix,
        confidence=confidence,
    )
