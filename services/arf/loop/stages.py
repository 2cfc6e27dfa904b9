"""The stages of the batch loop. Each takes what the stage before it left and streams its own results to the run folder.

The loop is blind to gold: every stage here is handed calls without it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from arf.analysis.analyzer import Analyzer
from arf.analysis.profile import error_profile
from arf.analysis.rating import rate
from arf.analysis.targeting import targets
from arf.calls import records
from arf.editor.revise import Editor
from arf.inference.ports import Engine
from arf.kit.errors import Corrupt
from arf.loop.folder import RunFolder
from arf.loop.progress import Reporter
from arf.loop.stream import stream
from arf.tasks.base import Task
from arf.teacher.summarise import by_student, by_teacher, call_summary
from arf.v1.error_profile_pb2 import ErrorProfile
from arf.v1.finding_pb2 import Analysis, Finding
from arf.v1.rating_pb2 import Rating
from arf.v1.revision_pb2 import Revision
from arf.v1.summary_pb2 import CallSummary, Summary
from arf.v1.transcript_pb2 import Call


@dataclass(frozen=True)
class Stages:
    """The stages of one run: its folder, its task, and how it reports. `batch` is the unit of resume, in calls."""

    folder: RunFolder
    task: Task
    analyzer: Analyzer
    reporter: Reporter
    batch: int

    def teach(self, calls: Sequence[Call], teacher: Engine) -> list[CallSummary]:
        """The teacher's summary of every call."""
        with self.reporter.stage("teacher", len(calls)) as advance:
            return stream(
                self.folder.teacher,
                CallSummary,
                calls,
                self.batch,
                lambda batch, report: by_teacher(batch, self.task, teacher, report),
                advance,
            )

    def analyse(self, calls: Sequence[Call], summaries: Sequence[CallSummary]) -> list[Analysis]:
        """The findings on each training call's teacher summary."""
        pairs = list(zip(calls, summaries, strict=True))
        with self.reporter.stage("analysis", len(pairs)) as advance:
            return stream(
                self.folder.findings,
                Analysis,
                pairs,
                self.batch,
                lambda batch, report: [self.analyzer.analyze(call, given.summary.text) for call, given in batch],
                advance,
            )

    def profile(self, analyses: Sequence[Analysis], model: str) -> ErrorProfile:
        """The error profile of the training calls: it decides what the editor targets."""
        profile = error_profile(analyses, model, targets(analyses), sees=self.analyzer.sees())
        records.write_text(self.folder.profile, records.dumps(profile) + "\n")
        return profile

    def revise(
        self,
        calls: Sequence[Call],
        analyses: Sequence[Analysis],
        profile: ErrorProfile,
        editor: Engine | None,
        candidates: int,
        repair: bool,
    ) -> list[Revision]:
        """What the editor makes of each training call's teacher summary."""
        targeted = {entry.type for entry in profile.types if entry.targeted}
        reviser = Editor(self.task, self.analyzer, editor, candidates, repair=repair, targets=targeted)
        items = [(call, analysis.summary, analysis) for call, analysis in zip(calls, analyses, strict=True)]
        with self.reporter.stage("editor", len(items)) as advance:
            return stream(self.folder.revisions, Revision, items, self.batch, reviser.revise_batch, advance)

    def repair(self, calls: Sequence[Call], teacher: Sequence[CallSummary]) -> list[CallSummary]:
        """The repair rules alone: the teacher's summaries, repaired where the rules find enough to say."""
        results = []
        for call, given in zip(calls, teacher, strict=True):
            findings: list[Finding] = list(self.analyzer.analyze(call, given.summary.text).findings)
            text = self.task.repair(call, given.summary.text, findings) if findings else None
            summary = Summary(text=given.summary.text if text is None else text, model=self.task.repair_version)
            results.append(call_summary(call, summary))
        records.write(self.folder.summaries("repair"), results)
        return results

    def by_student(self, student: str, calls: Sequence[Call], engine: Engine, adapter: Path) -> list[CallSummary]:
        """A student's summaries of calls."""
        with self.reporter.stage(student, len(calls)) as advance:
            return stream(
                self.folder.summaries(student),
                CallSummary,
                calls,
                self.batch,
                lambda batch, report: by_student(batch, self.task, engine, adapter, report),
                advance,
            )

    def rate(self, items: Sequence[tuple[Call, str]], judge: Engine) -> list[Rating]:
        """The judge's rating of each summary of a call.

        Raises Corrupt if an earlier run rated other summaries than these.
        """
        with self.reporter.stage("judge", len(items)) as advance:
            ratings = stream(
                self.folder.ratings,
                Rating,
                items,
                self.batch,
                lambda batch, report: rate(batch, judge, report),
                advance,
            )
        if [(r.tenant, r.call_id, r.summary) for r in ratings] != [(c.tenant, c.id, text) for c, text in items]:
            raise Corrupt(f"{self.folder.ratings}: rates other summaries; remove it to do its stage again")
        return ratings
