"""Summarises finished calls with the adapter that the routing table gives them."""

from __future__ import annotations

from arf.inference.port import ModelFailed
from arf.kit.errors import ArfError, Unavailable
from arf.summarizer.routing import choose
from arf.summarizer.tables import Tables
from arf.summarizer.writing import SummaryWriter, now_ms
from arf.tasks.base import Task
from arf.v1.summarizer_service_pb2 import SummarizerServiceSummarizeResponse
from arf.v1.transcript_pb2 import Call


class FinishedCalls:
    """Summaries on request, one attempt each: whoever asked may ask again."""

    def __init__(self, writer: SummaryWriter, task: Task, tables: Tables) -> None:
        self._writer, self._task, self._tables = writer, task, tables

    async def summarize(self, call: Call) -> SummarizerServiceSummarizeResponse:
        """The call's summary. Raises Unavailable if the engine does not answer, ArfError if it refuses."""
        begun_ms, route = now_ms(), choose(self._tables(call.tenant), call.id)
        try:
            summary = await self._writer.write(call, route)
        except ModelFailed as failure:
            if failure.passing or failure.sick:
                raise Unavailable(failure.message, failure.retry_after_s) from failure
            raise ArfError(failure.message) from failure
        response = SummarizerServiceSummarizeResponse(
            summary=summary, fields=self._task.fields(summary.summary.text), adapter=route.adapter
        )
        response.latency.FromMilliseconds(now_ms() - begun_ms)
        return response
