"""The only definition of the event graph: topics, stages in the order a call passes them, and what each makes.

Workers, the call log, tracking, status and lineage derive from it; a new stage is one entry here and a package.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

from arf.kit.bus.dlq import DLQ
from arf.kit.bus.parking import PARKED
from arf.kit.bus.port import TopicSpec

CALLS = "arf.calls.v1"
SEGMENTS = "arf.segments.v1"
SUMMARIES = "arf.summaries.teacher.v1"
FINDINGS = "arf.findings.v1"
REVISIONS = "arf.revisions.v1"
ADAPTERS = "arf.adapters.v1"
LIVE = "arf.summaries.live.v1"
LIVE_CALLS = "arf.live.calls.v1"
"""The changelog of the live stage: the state of each call."""

DAY = 24 * 3600


def specs(partitions: int = 4, retention_s: int | None = 90 * DAY) -> list[TopicSpec]:
    """All topics, with the same partition count, since a stage's input and output must be partitioned alike.

    Duplicates are recognised for `retention_s`: a stage knows what it did as long as its output is kept.
    """
    kept = [
        TopicSpec(name, partitions, retention_s)
        for name in (CALLS, SEGMENTS, SUMMARIES, FINDINGS, REVISIONS, LIVE, DLQ, PARKED)
    ]
    return [*kept, *(TopicSpec(name, partitions, compacted=True) for name in (ADAPTERS, LIVE_CALLS))]


class ArtefactKind(Enum):
    """The kinds of artefact."""

    CALL = "CALL"
    REDACTION_POLICY = "REDACTION_POLICY"
    TEACHER_SUMMARY = "TEACHER_SUMMARY"
    FINDINGS = "FINDINGS"
    REVISION = "REVISION"
    DATASET = "DATASET"
    ADAPTER = "ADAPTER"
    LIVE_SUMMARY = "LIVE_SUMMARY"


SUBMIT = "submit"
"""The step that publishes a call."""
REVIEW = "review"
"""The step that publishes a person's decision on a revision."""


@dataclass(frozen=True, slots=True)
class Step:
    """A stage: its consumer group, input and output topics, the stage before, and the kind of its outputs.

    A `keyed` stage makes any number of outputs from many records of a call; all others make one from each record.
    `before` is empty for a stage whose input no stage makes.
    """

    stage: str
    input: str
    output: str
    before: str
    makes: ArtefactKind
    keyed: bool = False


TEACHER = Step("teacher", CALLS, SUMMARIES, SUBMIT, ArtefactKind.TEACHER_SUMMARY)
ANALYSIS = Step("analysis", SUMMARIES, FINDINGS, TEACHER.stage, ArtefactKind.FINDINGS)
EDITOR = Step("editor", FINDINGS, REVISIONS, ANALYSIS.stage, ArtefactKind.REVISION)
SUMMARIZER = Step("summarizer", SEGMENTS, LIVE, "", ArtefactKind.LIVE_SUMMARY, keyed=True)

STEPS = (TEACHER, ANALYSIS, EDITOR, SUMMARIZER)

_BY_STAGE: Mapping[str, Step] = {step.stage: step for step in STEPS}


def ancestors(step: Step) -> tuple[str, ...]:
    """The stages between a call and the input of `step`, in order: teacher and analysis for the editor."""
    found: list[str] = []
    while (before := _BY_STAGE.get(step.before)) is not None:
        found.insert(0, before.stage)
        step = before
    return tuple(found)
