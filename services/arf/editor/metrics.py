"""The editor service's metrics."""

from __future__ import annotations

from arf.kit.metrics import Metric

REVISIONS = Metric("revisions", "Summaries dealt with, by decision", ("outcome",), unit="summaries")
CANDIDATES = Metric(
    "candidates",
    "Candidates by source, and by whether they passed verification",
    ("kind", "outcome"),
    unit="candidates",
)
