"""The editor stage on the bus: turns an Analysis into exactly one Revision."""

from __future__ import annotations

from collections.abc import Sequence

from arf.calls.call_log import CallLog
from arf.editor.revise import AnalysedSummary, Editor
from arf.flow import EDITOR
from arf.kit.bus.headers import SOURCE
from arf.kit.bus.no_output import NoOutput
from arf.kit.bus.port import Record
from arf.kit.bus.stage import Handled
from arf.kit.errors import ArfError
from arf.kit.threads import Runner
from arf.privacy.sealed_outputs import sealed_output, settled
from arf.privacy.sealed_records import Seals, opened
from arf.tasks.base import Task
from arf.v1.finding_pb2 import Analysis
from arf.v1.revision_pb2 import Revision

STAGE = EDITOR.stage
LIVE = "live"


class EditorHandler:
    """Revises analysed summaries; records that arrive together form one batch with one request to the model."""

    def __init__(self, task: Task, editor: Editor, calls: CallLog, seals: Seals, storage: Runner) -> None:
        """`calls` finds the findings' calls. Keys and calls are read on `storage`, since reading blocks."""
        self._task = task
        self._editor = editor
        self._calls = calls
        self._seals = seals
        self._storage = storage

    async def __call__(self, records: Sequence[Record]) -> list[Handled]:
        """Each analysis' revision; PASSED_BY for live and forgotten calls, NOT_YET while a call may still arrive.

        Raises Unavailable for all records if the model or the analyzer does not answer.
        """
        found = await self._storage.run(lambda: [self._item(record) for record in records])
        revisions = iter(await self._editor.revise_batch([item for item in found if isinstance(item, tuple)]))
        made = [next(revisions) if isinstance(item, tuple) else item for item in found]
        return await self._storage.run(lambda: [self._output(m) if isinstance(m, Revision) else m for m in made])

    async def answers(self, record: Record) -> bool:
        """Whether the record and its call can be opened, and analyzer and model answer for a test call."""
        if not isinstance(item := await self._storage.run(self._item, record), tuple):
            return False
        canary = self._task.canary(item[0].tenant)
        try:
            await self._editor.ask(canary.call, canary.summary)
        except ArfError:
            return False
        return True

    def _item(self, record: Record) -> AnalysedSummary | NoOutput | ArfError:
        if record.headers.get(SOURCE) == LIVE:
            return NoOutput.PASSED_BY
        return settled(lambda: self._found(record))

    def _found(self, record: Record) -> AnalysedSummary | NoOutput:
        analysis = opened(self._seals, record, Analysis)
        call = self._calls.call_of(record)
        return NoOutput.NOT_YET if call is None else (call, analysis.summary, analysis)

    def _output(self, revision: Revision) -> Handled:
        return sealed_output(self._seals, revision.tenant, revision.call_id, revision)
