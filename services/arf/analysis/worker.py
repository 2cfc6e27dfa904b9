"""The analysis stage on the bus: turns a teacher's summary into its Analysis."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from arf.analysis.analyzer import Analyzer
from arf.calls.call_log import CallLog
from arf.flow import ANALYSIS
from arf.kit.bus.no_output import NoOutput
from arf.kit.bus.port import Record
from arf.kit.bus.stage import Handled
from arf.kit.errors import ArfError
from arf.kit.threads import Runner
from arf.privacy.sealed_outputs import sealed_output, settled
from arf.privacy.sealed_records import Seals, opened
from arf.tasks.base import Task
from arf.v1.finding_pb2 import Analysis
from arf.v1.summary_pb2 import CallSummary
from arf.v1.transcript_pb2 import Call

STAGE = ANALYSIS.stage


class AnalysisHandler:
    """Analyses summaries from the bus, exactly as the batch loop does."""

    def __init__(self, task: Task, analyzer: Analyzer, calls: CallLog, seals: Seals, storage: Runner) -> None:
        """`calls` finds the summaries' calls. Keys and calls are read on `storage`, since reading blocks."""
        self._task = task
        self._analyzer = analyzer
        self._calls = calls
        self._seals = seals
        self._storage = storage

    async def __call__(self, records: Sequence[Record]) -> list[Handled]:
        """Each summary's analysis; NOT_YET while its call may still arrive, PASSED_BY if the call was forgotten."""
        found = await self._storage.run(lambda: [self._found(record) for record in records])
        made = iter(await asyncio.gather(*(self._analysed(*item) for item in found if isinstance(item, tuple))))
        results = [next(made) if isinstance(item, tuple) else item for item in found]
        return await self._storage.run(lambda: [self._output(r) if isinstance(r, Analysis) else r for r in results])

    async def answers(self, record: Record) -> bool:
        """Whether the record and its call can be opened, and a test call is analysed."""
        found = await self._storage.run(self._found, record)
        if not isinstance(found, tuple):
            return False
        canary = self._task.canary(found[0].tenant)
        return isinstance(await self._analysed(canary.call, canary.summary), Analysis)

    def _found(self, record: Record) -> tuple[Call, str] | NoOutput | ArfError:
        """The record's call and summary."""

        def read() -> tuple[Call, str] | NoOutput:
            given = opened(self._seals, record, CallSummary)
            call = self._calls.call_of(record)
            return NoOutput.NOT_YET if call is None else (call, given.summary.text)

        return settled(read)

    async def _analysed(self, call: Call, summary: str) -> Analysis | ArfError:
        try:
            return await self._analyzer.analyze(call, summary)
        except ArfError as error:
            return error

    def _output(self, analysis: Analysis) -> Handled:
        return sealed_output(self._seals, analysis.tenant, analysis.call_id, analysis)
