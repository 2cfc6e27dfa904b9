"""The texts that a student is trained on, from revisions or from the teacher, and why others are not used."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from arf.calls.split import CallKey
from arf.calls.text import sentences
from arf.v1.revision_pb2 import CandidateSource, Decision, Revision
from arf.v1.summary_pb2 import CallSummary


@dataclass(frozen=True)
class Target:
    """The training text of one call; without text, `reason` says why there is none."""

    text: str
    source: CandidateSource = CandidateSource.CANDIDATE_SOURCE_UNSPECIFIED
    reason: str = ""


def from_revisions(revisions: Iterable[Revision]) -> dict[CallKey, Target]:
    """The editor's texts: unchanged teacher summaries and accepted revisions."""
    return {(r.tenant, r.call_id): _revised(r) for r in revisions}


def from_summaries(summaries: Iterable[CallSummary]) -> dict[CallKey, Target]:
    """The teacher's own texts, for plain distillation."""
    return {(s.tenant, s.call_id): _ended(s.summary.text, s.summary.finish_reason == "length") for s in summaries}


def _revised(revision: Revision) -> Target:
    if revision.decision == Decision.DECISION_NEEDS_REVIEW:
        return Target("", reason="needs review: " + "; ".join(revision.reasons))
    source = CandidateSource.CANDIDATE_SOURCE_UNSPECIFIED
    if revision.decision == Decision.DECISION_ACCEPTED:
        source = revision.candidates[revision.accepted].source
    text = " ".join(revision.text.split())
    return Target(text, source) if text else Target("", reason="empty summary")


def _ended(text: str, cut_off: bool) -> Target:
    """A text up to its last complete sentence: a student trained on cut-off texts never learns to stop."""
    text = " ".join(text.split())
    if not text:
        return Target("", reason="empty summary")
    if not cut_off:
        return Target(text)
    whole = [s for s in sentences(text) if s.text.rstrip("\"')]").endswith((".", "!", "?"))]
    if not whole:
        return Target("", reason="cut off before its first sentence ended")
    return Target(text[: whole[-1].end])
