"""The analysis service's metrics."""

from __future__ import annotations

from arf.kit.metrics import Metric

SUMMARIES_ANALYSED = Metric(
    "summaries", "Summaries analysed, by whether anything was found", ("outcome",), unit="summaries"
)
FINDINGS = Metric("findings", "Findings by type of error", ("kind",), unit="findings")
