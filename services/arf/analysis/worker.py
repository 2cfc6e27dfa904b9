"""The analysis stage on the bus: a teacher's summary in, its Analysis out."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from functools import partial

from arf.analysis.analyzer import Analyzer
from arf.calls.call_log import CallLog
from arf.calls.canary import CANARY_SUMMARY, canary
from arf.flow import ANALYSIS
from arf.kit.bus.no_output import NoOutput
from arf.kit.bus.port import Record
from arf.kit.bus.window import Output
from arf.kit.errors import ArfError
from arf.privacy.sealed_outputs import sealed_output, settled
from arf.privacy.sealed_records import Seals, opened
from arf.v1.summary_pb2 import CallSummary

STAGE = ANALYSIS.stage


class AnalysisHandler:
    """Analyses summaries as they come; the same input gives the same Analysis as the batch loop."""

    def __init__(self, analyzer: Analyzer, calls: CallLog, seals: Seals) -> None:
        """`calls` finds the calls of summaries."""
        self._analyzer = analyzer
        self._calls = calls
        self._seals = seals

    async def __call__(self, records: Sequence[Record]) -> list[Output | NoOutput | ArfError]:
        """Of each summary its analysis; NOT_YET while its call may yet come, PASSED_BY where the call was forgotten."""
        return await asyncio.to_thread(lambda: [settled(partial(self._outcome, record)) for record in records])

    async def answers(self, record: Record) -> bool:
        """Whether the record and its call can be opened, and a call that is nobody's is analysed."""
        return await asyncio.to_thread(self._answers, record)

    def _answers(self, record: Record) -> bool:
        try:
            opened(self._seals, record, CallSummary)
            if (call := self._calls.call_of(record)) is None:
                return False
            self._analyzer.analyze(canary(call.tenant), CANARY_SUMMARY)
        except ArfError:
            return False
        return True

    def _outcome(self, record: Record) -> Output | NoOutput | ArfError:
        given = opened(self._seals, record, CallSummary)
        call = self._calls.call_of(record)
        if call is None:
            return NoOutput.NOT_YET
        analysis = self._analyzer.analyze(call, given.summary.text)
        return sealed_output(self._seals, call.tenant, call.id, analysis)
