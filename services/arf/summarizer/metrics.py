"""The summarizer service's metrics."""

from __future__ import annotations

from arf.kit.metrics import Metric

UPDATES = Metric("updates", "Summaries of live calls, by kind", ("kind",), unit="summaries")
LATENCY_SECONDS = Metric(
    "update_latency_seconds",
    "From the arrival of the newest segment that a summary covers until it was done",
    ("kind",),
    unit="seconds",
)
FINALS_OVERDUE = Metric(
    "finals_overdue", "Calls that have ended and whose final summary this process has yet to write", unit="calls"
)
LATE_SEGMENTS = Metric(
    "late_segments", "Segments that came more than the allowed lateness behind others or after the end", unit="segments"
)
REFUSED = Metric("refused_summaries", "Summaries that the model refused to write", unit="summaries")
