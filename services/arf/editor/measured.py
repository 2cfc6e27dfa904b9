"""Counts the editor service's revisions."""

from __future__ import annotations

from arf.calls.records import short_name
from arf.editor import metrics as names
from arf.kit.metrics import Metrics
from arf.v1.revision_pb2 import CandidateSource, Decision, Revision


class RevisionCounts:
    """Counts revisions by decision, and candidates by source and by whether they passed."""

    def __init__(self, metrics: Metrics) -> None:
        self._revisions = metrics.counter(names.REVISIONS)
        self._candidates = metrics.counter(names.CANDIDATES)

    def observe(self, revision: Revision) -> None:
        """Counts one revision."""
        self._revisions.labels(short_name(Decision.DESCRIPTOR, revision.decision).lower()).inc()
        for candidate in revision.candidates:
            source = short_name(CandidateSource.DESCRIPTOR, candidate.source).lower()
            self._candidates.labels(source, "passed" if candidate.passed else "failed").inc()
