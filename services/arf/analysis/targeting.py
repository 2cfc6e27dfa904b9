"""Selects the error types that are worth correcting."""

from __future__ import annotations

from collections.abc import Sequence

from arf.v1.finding_pb2 import Analysis, ErrorType, Severity

RARE = 0.02
"""A type in fewer summaries than this share is not targeted unless a finding of it is critical."""


def targets(analyses: Sequence[Analysis], rare: float = RARE) -> frozenset[ErrorType]:
    """The types to target: each that is not rare or has a critical finding."""
    summaries: dict[ErrorType, int] = {}
    critical: set[ErrorType] = set()
    for analysis in analyses:
        for kind in {f.type for f in analysis.findings}:
            summaries[kind] = summaries.get(kind, 0) + 1
        critical.update(f.type for f in analysis.findings if f.severity == Severity.SEVERITY_CRITICAL)
    return frozenset(k for k, n in summaries.items() if k in critical or n >= rare * len(analyses))
