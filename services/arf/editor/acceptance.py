"""How many flagged summaries were corrected, and by which source of candidates."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from arf.calls.records import short_name
from arf.v1.revision_pb2 import CandidateSource, Decision, Revision


@dataclass
class SourceCount:
    """One source's candidates: proposed, passed verification, accepted as the revision."""

    proposed: int = 0
    passed: int = 0
    accepted: int = 0


@dataclass
class Acceptance:
    """Counts of revisions by decision; `sources` maps the short name of each source with candidates to its counts."""

    summaries: int = 0
    not_needed: int = 0
    accepted: int = 0
    needs_review: int = 0
    sources: dict[str, SourceCount] = field(default_factory=dict)

    @property
    def flagged(self) -> int:
        """Summaries that needed a revision."""
        return self.accepted + self.needs_review

    def share(self, source: str) -> float:
        """Accepted revisions from this source / all accepted revisions; 0 if none was accepted."""
        return self.sources.get(source, SourceCount()).accepted / self.accepted if self.accepted else 0.0


def acceptance(revisions: Iterable[Revision]) -> Acceptance:
    """Counts revisions and their candidates."""
    counts = Acceptance()
    sources: dict[str, SourceCount] = {}
    for revision in revisions:
        counts.summaries += 1
        counts.not_needed += revision.decision == Decision.DECISION_NOT_NEEDED
        counts.accepted += revision.decision == Decision.DECISION_ACCEPTED
        counts.needs_review += revision.decision == Decision.DECISION_NEEDS_REVIEW
        for index, candidate in enumerate(revision.candidates):
            name = short_name(CandidateSource.DESCRIPTOR, candidate.source)
            source = sources.setdefault(name, SourceCount())
            source.proposed += 1
            source.passed += candidate.passed
            source.accepted += revision.decision == Decision.DECISION_ACCEPTED and index == revision.accepted
    counts.sources = dict(sorted(sources.items()))
    return counts
