"""Runs detectors over a summary and its call, and merges what they find into one Analysis."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Protocol

from arf.analysis.judge import Judge
from arf.kit.threads import InPlace, Runner
from arf.tasks.detection import Detector, Subject, finding_id, place
from arf.v1.finding_pb2 import Analysis, ErrorType, Finding, Severity, SkippedDetector
from arf.v1.transcript_pb2 import Call

NOT_CONFIGURED = {
    "support": "no support checker is configured",
    "judge": "no LLM judge is configured",
}
"""Optional detectors by the prefix of their id, with the reason reported when they are not configured."""

SeverityRule = Callable[[Finding, str], Severity]
"""How severe a finding on a summary is: arf.tasks.base.Task.severity."""


class _Described(Protocol):
    """What detectors and the judge have in common."""

    @property
    def id(self) -> str: ...

    @property
    def languages(self) -> frozenset[str]: ...


class Analyzer:
    """Runs detectors in order, the judge last. The same input gives the same Analysis."""

    def __init__(
        self,
        detectors: Sequence[Detector],
        severity: SeverityRule,
        judge: Judge | None = None,
        *,
        runner: Runner | None = None,
        observe: Callable[[Analysis], None] = lambda _: None,
    ) -> None:
        """`runner` runs the detectors, in this thread by default. `observe` is called with every finished analysis."""
        self._detectors = list(detectors)
        self._severity = severity
        self._judge = judge
        self._runner = runner or InPlace()
        self._observe = observe

    async def sees(self) -> dict[str, frozenset[ErrorType]]:
        """The error types that each detector can find, by detector id.

        A judge's id contains its model's name: raises Unavailable if the model cannot be reached.
        """
        seen = {d.id: d.types for d in self._detectors}
        if self._judge is not None:
            await self._judge.ready()
            seen[self._judge.id] = self._judge.types
        return seen

    async def analyze(self, call: Call, summary: str) -> Analysis:
        """All findings on one summary without duplicates, and which detectors ran or were skipped.

        Raises Unavailable if the judge does not answer.
        """
        subject = Subject(call, summary)
        found, refused = await self._find(subject)
        analysis = Analysis(
            call_id=call.id,
            tenant=call.tenant,
            channel=call.channel,
            summary=summary,
            findings=distinct(found),
            sentences=len(subject.sentences),
        )
        everybody: list[_Described] = [*self._detectors, *([] if self._judge is None else [self._judge])]
        for detector in everybody:
            if _reads(detector, subject):
                analysis.detectors.append(detector.id)
            else:
                reason = f"does not read language {subject.language}"
                analysis.skipped.append(SkippedDetector(detector=detector.id, reason=reason))
        if self._judge is not None and refused:
            analysis.skipped.append(SkippedDetector(detector=self._judge.id, reason=refused))
        for name, reason in NOT_CONFIGURED.items():
            if not any(_name(d) == name for d in everybody):
                analysis.skipped.append(SkippedDetector(detector=name, reason=reason))
        self._observe(analysis)
        return analysis

    async def find(self, subject: Subject) -> list[Finding]:
        """Everything each detector finds, duplicates included, in the detectors' order."""
        return (await self._find(subject))[0]

    async def _find(self, subject: Subject) -> tuple[list[Finding], str]:
        """The findings, and a message on what the judge's model refused to answer."""
        found = await self._runner.run(self._detect, subject)
        if self._judge is None or not subject.sentences:
            return found, ""
        opinion = await self._judge.detect(subject)
        return found + [self._complete(f, self._judge.id, subject) for f in opinion.findings], opinion.refused

    def _detect(self, subject: Subject) -> list[Finding]:
        return [
            self._complete(finding, detector.id, subject)
            for detector in self._detectors
            if _reads(detector, subject)
            for finding in detector.detect(subject)
        ]

    def _complete(self, finding: Finding, detector: str, subject: Subject) -> Finding:
        """A copy with id, detector and severity filled in."""
        out = Finding()
        out.CopyFrom(finding)
        out.detector = detector
        out.severity = self._severity(out, subject.summary)
        out.finding_id = finding_id(subject, out)
        return out


def distinct(findings: Iterable[Finding]) -> list[Finding]:
    """The findings ordered by sentence, span and type; of duplicates the most confident is kept, or the first of
    equals.

    Two are duplicates if they have the same type and overlapping spans. Findings on the whole summary (sentence -1)
    have no span, so they are duplicates only if their explanations are equal.
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


def _reads(detector: _Described, subject: Subject) -> bool:
    return not detector.languages or subject.language in detector.languages


def _name(detector: _Described) -> str:
    """A detector id without version and base model: `support:nli@1` -> support."""
    return detector.id.split("@")[0].split(":")[0]
