"""Analysis and repair, which need no model, against what the teacher's summary of a call takes."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence

from arf.analysis.wiring import wire_analyzer
from arf.editor.revise import Editor
from arf.editor.targets import FixedTargets
from arf.tasks.base import Task
from arf.v1.finding_pb2 import Analysis
from arf.v1.revision_pb2 import Decision
from arf.v1.transcript_pb2 import Call
from tests.bench.measures import Comparison

_TEACHER = "the teacher's summary, by ARF's engine"


class Correction:
    """What the loop does with the teacher's summaries: finds their errors, and mends and verifies the flagged ones."""

    def __init__(self, task: Task, warm_up: Sequence[Call]) -> None:
        self._analyzer = wire_analyzer(task)
        self._editor = Editor(task, self._analyzer, None, FixedTargets())
        self._analysis = Comparison("analysis", "calls/s", _TEACHER)
        self._repair = Comparison("repair", "calls/s", _TEACHER)
        self._flagged = self._accepted = self._all = 0
        for call in warm_up:
            summary = call.turns[0].text
            analysis = asyncio.run(self._analyzer.analyze(call, summary))
            asyncio.run(self._editor.revise_batch([(call, summary, analysis)]))

    @property
    def comparisons(self) -> list[Comparison]:
        """What was measured so far."""
        return [c for c in (self._analysis, self._repair) if c.ours]

    def measure(self, calls: Sequence[Call], summaries: Sequence[str], teacher_seconds: float) -> None:
        """One round, where the teacher took `teacher_seconds` a call."""
        pairs = list(zip(calls, summaries, strict=True))
        started = time.perf_counter()
        analyses = asyncio.run(self._analyses(pairs))
        self._analysis.add(len(pairs) / (time.perf_counter() - started), 1 / teacher_seconds)
        flagged = [(*pair, analysis) for pair, analysis in zip(pairs, analyses, strict=True) if analysis.findings]
        self._flagged += len(flagged)
        self._all += len(pairs)
        self._analysis.check = f"{self._flagged} of {self._all} summaries flagged"
        if not flagged:
            return
        started = time.perf_counter()
        revisions = asyncio.run(self._editor.revise_batch(flagged))
        self._repair.add(len(flagged) / (time.perf_counter() - started), 1 / teacher_seconds)
        self._accepted += sum(r.decision == Decision.DECISION_ACCEPTED for r in revisions)
        self._repair.check = f"verification included; {self._accepted} of {self._flagged} accepted"

    async def _analyses(self, pairs: Sequence[tuple[Call, str]]) -> list[Analysis]:
        return [await self._analyzer.analyze(call, summary) for call, summary in pairs]
