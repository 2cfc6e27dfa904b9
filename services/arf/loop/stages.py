"""The stages of the batch loop: each takes the previous one's results and streams its own to the run folder.

The loop is blind to gold: all stages here get calls without it.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from arf.analysis.analyzer import Analyzer
from arf.analysis.profile import error_profile
from arf.analysis.rating import rate
from arf.analysis.targeting import targets
from arf.calls import records
from arf.editor.revise import Editor, Options
from arf.editor.targets import FixedTargets, targeted
from arf.inference.port import Model, Progress
from arf.kit.errors import Corrupt
from arf.loop.folder import RunFolder
from arf.loop.progress import Reporter
from arf.loop.stream import stream
from arf.summarising.batches import SummaryResult, by_student, by_teacher
from arf.summarising.summary import call_summary
from arf.tasks.base import Task
from arf.v1.error_profile_pb2 import ErrorProfile
from arf.v1.finding_pb2 import Analysis
from arf.v1.rating_pb2 import Rating
from arf.v1.revision_pb2 import Revision
from arf.v1.summary_pb2 import CallSummary, Summary
from arf.v1.transcript_pb2 import Call

REFUSED = "refused"
"""The finish reason of a summary that a model refused to write; it has no text."""


@dataclass(frozen=True)
class Stages:
    """The stages of one run: its folder, its task, and its reporting. `batch` is the unit of resume, in calls."""

    folder: RunFolder
    task: Task
    analyzer: Analyzer
    reporter: Reporter
    batch: int

    async def teach(self, calls: Sequence[Call], teacher: Model, *, redaction: bool) -> list[CallSummary]:
        """The teacher's summary of every call; a refused one is reported and recorded without text."""

        async def ask(batch: Sequence[Call], report: Progress) -> list[SummaryResult]:
            return await by_teacher(batch, self.task, teacher, report, redaction=redaction)

        return await self._summaries("teacher", self.folder.teacher, calls, ask)

    async def analyse(self, calls: Sequence[Call], summaries: Sequence[CallSummary]) -> list[Analysis]:
        """The findings on each training call's teacher summary."""

        async def work(batch: Sequence[tuple[Call, CallSummary]], report: Progress) -> list[Analysis]:
            return [await self.analyzer.analyze(call, given.summary.text) for call, given in batch]

        pairs = list(zip(calls, summaries, strict=True))
        with self.reporter.stage("analysis", len(pairs)) as advance:
            return await stream(self.folder.findings, Analysis, pairs, self.batch, work, advance)

    async def profile(self, analyses: Sequence[Analysis], model: str) -> ErrorProfile:
        """The error profile of the training calls, which decides what the editor targets."""
        profile = error_profile(analyses, model, targets(analyses), sees=await self.analyzer.sees())
        records.write_text(self.folder.profile, records.dumps(profile) + "\n")
        return profile

    async def revise(
        self,
        calls: Sequence[Call],
        analyses: Sequence[Analysis],
        profile: ErrorProfile,
        model: Model | None,
        options: Options,
    ) -> list[Revision]:
        """The editor's revision of each training call's teacher summary."""
        editor = Editor(self.task, self.analyzer, model, FixedTargets(targeted(profile)), options)
        items = [(call, analysis.summary, analysis) for call, analysis in zip(calls, analyses, strict=True)]
        with self.reporter.stage("editor", len(items)) as advance:
            return await stream(self.folder.revisions, Revision, items, self.batch, editor.revise_batch, advance)

    async def repair(self, calls: Sequence[Call], teacher: Sequence[CallSummary]) -> list[CallSummary]:
        """The repair rules alone: teacher summaries, repaired where the rules can."""
        results = []
        for call, given in zip(calls, teacher, strict=True):
            findings = list((await self.analyzer.analyze(call, given.summary.text)).findings)
            text = self.task.repair(call, given.summary.text, findings) if findings else None
            summary = Summary(text=given.summary.text if text is None else text, model=self.task.repair_version)
            results.append(call_summary(call, summary))
        records.write(self.folder.summaries("repair"), results)
        return results

    async def by_student(self, student: str, calls: Sequence[Call], model: Model, adapter: Path) -> list[CallSummary]:
        """A student's summaries of calls; a refused one is reported and recorded without text."""
        return await self._summaries(
            student, self.folder.summaries(student), calls, lambda b, p: by_student(b, self.task, model, adapter, p)
        )

    async def rate(self, items: Sequence[tuple[Call, str]], judge: Model) -> list[Rating]:
        """The judge's rating of each summary of a call. Raises Corrupt if an earlier run rated other summaries."""
        with self.reporter.stage("judge", len(items)) as advance:
            ratings = await stream(
                self.folder.ratings,
                Rating,
                items,
                self.batch,
                lambda batch, report: rate(batch, judge, self.task.judge, report),
                advance,
            )
        if [(r.tenant, r.call_id, r.summary) for r in ratings] != [(c.tenant, c.id, text) for c, text in items]:
            raise Corrupt(f"{self.folder.ratings}: rates other summaries; remove it to repeat its stage")
        return ratings

    async def _summaries(
        self,
        stage: str,
        path: Path,
        calls: Sequence[Call],
        ask: Callable[[Sequence[Call], Progress], Awaitable[list[SummaryResult]]],
    ) -> list[CallSummary]:
        async def work(batch: Sequence[Call], report: Progress) -> list[CallSummary]:
            outcomes = await ask(batch, report)
            return [self._recorded(stage, call, outcome) for call, outcome in zip(batch, outcomes, strict=True)]

        with self.reporter.stage(stage, len(calls)) as advance:
            return await stream(path, CallSummary, calls, self.batch, work, advance)

    def _recorded(self, stage: str, call: Call, outcome: SummaryResult) -> CallSummary:
        if isinstance(outcome, CallSummary):
            return outcome
        self.reporter.say(f"{stage}: call {call.id} is refused: {outcome.message}")
        return call_summary(call, Summary(finish_reason=REFUSED))
