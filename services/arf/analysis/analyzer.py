"""Runs detectors over a summary and its call, and makes one Analysis of what they find."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from arf.tasks.detection import Detector, Subject, finding_id, place
from arf.v1.finding_pb2 import Analysis, ErrorType, Finding, Severity, SkippedDetector
from arf.v1.transcript_pb2 import Call

NOT_CONFIGURED = {
    "support": "no support checker is configured",
    "judge": "no LLM judge is configured",
}
"""What else could run, by the name that starts its detector's id, and why it did not."""

_SEVERITY: Mapping[ErrorType, Severity] = {
    ErrorType.ERROR_TYPE_ROLE_MISATTRIBUTION: Severity.SEVERITY_CRITICAL,
    ErrorType.ERROR_TYPE_WRONG_DETAIL: Severity.SEVERITY_MAJOR,
    ErrorType.ERROR_TYPE_STATUS_SHIFT: Severity.SEVERITY_CRITICAL,
    ErrorType.ERROR_TYPE_CONTRADICTION: Severity.SEVERITY_CRITICAL,
    ErrorType.ERROR_TYPE_FABRICATION: Severity.SEVERITY_CRITICAL,
    ErrorType.ERROR_TYPE_UNSUPPORTED_INFERENCE: Severity.SEVERITY_MINOR,
    ErrorType.ERROR_TYPE_WRONG_LINK: Severity.SEVERITY_MAJOR,
    ErrorType.ERROR_TYPE_OMISSION: Severity.SEVERITY_MAJOR,
    ErrorType.ERROR_TYPE_REDUNDANCY: Severity.SEVERITY_MINOR,
    ErrorType.ERROR_TYPE_FORMAT: Severity.SEVERITY_MINOR,
}


class Analyzer:
    """Runs detectors in order, the judge last; the same input gives the same Analysis."""

    def __init__(self, detectors: Sequence[Detector], judge: Detector | None = None) -> None:
        self._detectors = [*detectors, *([judge] if judge is not None else [])]

    def sees(self) -> dict[str, frozenset[ErrorType]]:
        """Types each detector can see, by its id. A judge's id names its model: raises Unavailable if it is away."""
        return {d.id: d.types for d in self._detectors}

    def analyze(self, call: Call, summary: str) -> Analysis:
        """All findings on one summary, without duplicates, and which detectors ran and did not."""
        subject = Subject(call, summary)
        analysis = Analysis(
            call_id=call.id,
            tenant=call.tenant,
            channel=call.channel,
            summary=summary,
            findings=distinct(self.find(subject)),
            sentences=len(subject.sentences),
        )
        for detector in self._detectors:
            if _reads(detector, call):
                analysis.detectors.append(detector.id)
            else:
                reason = f"does not read language {_language(call)}"
                analysis.skipped.append(SkippedDetector(detector=detector.id, reason=reason))
        for name, reason in NOT_CONFIGURED.items():
            if not any(_name(d) == name for d in self._detectors):
                analysis.skipped.append(SkippedDetector(detector=name, reason=reason))
        return analysis

    def find(self, subject: Subject) -> list[Finding]:
        """Everything each detector finds, duplicates kept, in the order of the detectors."""
        found: list[Finding] = []
        for detector in self._detectors:
            if _reads(detector, subject.call):
                found += [_complete(f, detector.id, subject) for f in detector.detect(subject)]
        return found


def distinct(findings: Iterable[Finding]) -> list[Finding]:
    """The findings by sentence, span and type; of those that say the same, the surest, or the first of equals.

    Two say the same if they have one type and their spans overlap. Findings on the whole summary (sentence -1) span
    nothing of their own, so only an equal explanation makes two of them the same.
    """
    kept: list[Finding] = []
    for finding in sorted(findings, key=lambda f: -f.confidence):
        if not any(_same(finding, k) for k in kept):
            kept.append(finding)
    return sorted(kept, key=place)


def _same(a: Finding, b: Finding) -> bool:
    if a.type != b.type or (a.sentence < 0) != (b.sentence < 0):
        return False
    if a.sentence < 0:
        return a.explanation == b.explanation
    return a.start < b.end and b.start < a.end


def _complete(finding: Finding, detector: str, subject: Subject) -> Finding:
    """A copy with id, detector and, where the detector left it open, the severity usual for its type."""
    out = Finding()
    out.CopyFrom(finding)
    out.detector = detector
    if out.severity == Severity.SEVERITY_UNSPECIFIED:
        out.severity = _SEVERITY[out.type]
    out.finding_id = finding_id(subject, out)
    return out


def _language(call: Call) -> str:
    return (call.language or "en").split("-")[0].lower()


def _reads(detector: Detector, call: Call) -> bool:
    return not detector.languages or _language(call) in detector.languages


def _name(detector: Detector) -> str:
    """The part of an id before its version and before the model that it stands on: `support:lexical@1` -> support."""
    return detector.id.split("@")[0].split(":")[0]
