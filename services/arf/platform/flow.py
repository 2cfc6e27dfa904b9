"""The stages in the order in which a call passes them, and where each one's records are."""

from __future__ import annotations

from dataclasses import dataclass

from arf.kit.bus.topics import CALLS, FINDINGS, REVISIONS, SUMMARIES
from arf.kit.store.lineage import Kind

SUBMIT = "submit"
"""What puts a call into the log."""
REVIEW = "review"
"""What puts a person's decision beside a revision."""


@dataclass(frozen=True, slots=True)
class Step:
    """A stage: its consumer group, the topics that it stands between, and what its outputs are."""

    stage: str
    input: str
    output: str
    before: str
    makes: Kind


STEPS = (
    Step("teacher", CALLS, SUMMARIES, SUBMIT, Kind.TEACHER_SUMMARY),
    Step("analysis", SUMMARIES, FINDINGS, "teacher", Kind.FINDINGS),
    Step("editor", FINDINGS, REVISIONS, "analysis", Kind.REVISION),
)
