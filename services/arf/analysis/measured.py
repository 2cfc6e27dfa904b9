"""Counts the analyses of the analysis service."""

from __future__ import annotations

from arf.analysis import metrics as names
from arf.calls.records import short_name
from arf.kit.metrics import Metrics
from arf.v1.finding_pb2 import Analysis, ErrorType


class AnalysisCounts:
    """Counts summaries, clean or flagged, and findings by type."""

    def __init__(self, metrics: Metrics) -> None:
        self._summaries = metrics.counter(names.SUMMARIES_ANALYSED)
        self._findings = metrics.counter(names.FINDINGS)

    def observe(self, analysis: Analysis) -> None:
        """Counts one analysis."""
        self._summaries.labels("flagged" if analysis.findings else "clean").inc()
        for finding in analysis.findings:
            self._findings.labels(short_name(ErrorType.DESCRIPTOR, finding.type).lower()).inc()
