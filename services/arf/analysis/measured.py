"""The analyzer of a service: the same analyses, counted."""

from __future__ import annotations

from collections.abc import Sequence

from arf.analysis import metrics as names
from arf.analysis.analyzer import Analyzer
from arf.calls.records import short_name
from arf.kit.metrics import Metrics
from arf.tasks.detection import Detector
from arf.v1.finding_pb2 import Analysis, ErrorType
from arf.v1.transcript_pb2 import Call


class MeasuredAnalyzer(Analyzer):
    """An Analyzer that counts summaries, clean or flagged, and findings by type."""

    def __init__(self, metrics: Metrics, detectors: Sequence[Detector], judge: Detector | None = None) -> None:
        super().__init__(detectors, judge)
        self._summaries = metrics.counter(names.SUMMARIES_ANALYSED)
        self._findings = metrics.counter(names.FINDINGS)

    def analyze(self, call: Call, summary: str) -> Analysis:
        """All findings on one summary."""
        analysis = super().analyze(call, summary)
        self._summaries.labels("flagged" if analysis.findings else "clean").inc()
        for finding in analysis.findings:
            self._findings.labels(short_name(ErrorType.DESCRIPTOR, finding.type).lower()).inc()
        return analysis
