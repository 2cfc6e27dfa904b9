"""The editor stage on the bus: an Analysis in, exactly one Revision out."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from arf.calls.call_log import CallLog
from arf.calls.canary import CANARY_SUMMARY, canary
from arf.editor.revise import Editor, Item
from arf.flow import EDITOR
from arf.kit.bus.headers import SOURCE
from arf.kit.bus.no_output import NoOutput
from arf.kit.bus.port import Record
from arf.kit.bus.window import Output
from arf.kit.errors import ArfError
from arf.privacy.sealed_outputs import sealed_output, settled
from arf.privacy.sealed_records import Seals, opened
from arf.v1.finding_pb2 import Analysis
from arf.v1.revision_pb2 import Revision

STAGE = EDITOR.stage
LIVE = "live"

Outcome = Output | NoOutput | ArfError


class EditorHandler:
    """Revises analysed summaries; those that come at once are one batch, for which the engine is asked once."""

    def __init__(self, editor: Editor, calls: CallLog, seals: Seals) -> None:
        """`calls` finds the calls of findings."""
        self._editor = editor
        self._calls = calls
        self._seals = seals

    async def __call__(self, records: Sequence[Record]) -> list[Outcome]:
        """Of each analysis its revision; PASSED_BY for live and forgotten calls, NOT_YET while a call may yet come.

        Raises Unavailable if the engine or the analyser does not answer, which concerns all of them.
        """
        return await asyncio.to_thread(self._outcomes, records)

    def _outcomes(self, records: Sequence[Record]) -> list[Outcome]:
        found = [self._item(record) for record in records]
        items = [item for item in found if isinstance(item, tuple)]
        revisions = iter(self._editor.revise_batch(items) if items else [])
        return [self._output(next(revisions)) if isinstance(item, tuple) else item for item in found]

    async def answers(self, record: Record) -> bool:
        """Whether the record and its call can be opened, and analyser and engine answer for a call that is nobody's."""
        return await asyncio.to_thread(self._answers, record)

    def _answers(self, record: Record) -> bool:
        if not isinstance(item := self._item(record), tuple):
            return False
        try:
            self._editor.ask(canary(item[0].tenant), CANARY_SUMMARY)
        except ArfError:
            return False
        return True

    def _item(self, record: Record) -> Item | NoOutput | ArfError:
        if record.headers.get(SOURCE) == LIVE:
            return NoOutput.PASSED_BY
        return settled(lambda: self._found(record))

    def _found(self, record: Record) -> Item | NoOutput:
        analysis = opened(self._seals, record, Analysis)
        call = self._calls.call_of(record)
        return NoOutput.NOT_YET if call is None else (call, analysis.summary, analysis)

    def _output(self, revision: Revision) -> Outcome:
        return sealed_output(self._seals, revision.tenant, revision.call_id, revision)
