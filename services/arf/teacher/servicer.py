"""TeacherService over gRPC: maps requests to the proxy, and its results to responses."""

# ruff: noqa: N802  # gRPC's names

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping

from arf.calls.requested_call import requested_call
from arf.kit.server.principal import Role
from arf.kit.server.request_context import request_context
from arf.kit.server.status import to_status
from arf.teacher.batch import Batches
from arf.teacher.proxy import Summarised, TeacherProxy
from arf.v1.teacher_service_pb2 import (
    StreamSummarizeRequest,
    StreamSummarizeResponse,
    SummarizeBatchRequest,
    SummarizeBatchResponse,
    SummarizeRequest,
    SummarizeResponse,
)
from arf.v1.teacher_service_pb2_grpc import TeacherServiceServicer

ROLES: Mapping[str, Role] = {
    "Summarize": Role.SUBMIT,
    "SummarizeBatch": Role.SUBMIT,
    "StreamSummarize": Role.SUBMIT,
}


class TeacherServicer(TeacherServiceServicer):
    """Maps messages; the proxy does everything else."""

    def __init__(self, proxy: TeacherProxy, batches: Batches) -> None:
        self._proxy, self._batches = proxy, batches

    async def Summarize(self, request: SummarizeRequest, context: object) -> SummarizeResponse:
        call = requested_call(request.call)
        deadline = request_context().deadline
        return _response(await self._proxy.summarise(call, deadline, model=request.model, refresh=request.refresh))

    async def SummarizeBatch(
        self, request: SummarizeBatchRequest, context: object
    ) -> AsyncIterator[SummarizeBatchResponse]:
        asked = request_context()
        async for index, result in self._batches.run(
            request.calls, asked.deadline, asked.draining, model=request.model, refresh=request.refresh
        ):
            answer = SummarizeBatchResponse(index=index, call_id=request.calls[index].id)
            if isinstance(result, Summarised):
                answer.summary.CopyFrom(_response(result))
            else:
                answer.error.CopyFrom(to_status(result))
            yield answer

    async def StreamSummarize(
        self, request: StreamSummarizeRequest, context: object
    ) -> AsyncIterator[StreamSummarizeResponse]:
        call = requested_call(request.call)
        deadline = min(request_context().deadline, self._batches.call_deadline())
        async for piece in self._proxy.stream(call, deadline, model=request.model, refresh=request.refresh):
            if isinstance(piece, Summarised):
                yield StreamSummarizeResponse(summary=_response(piece))
            else:
                yield StreamSummarizeResponse(delta=piece)


def _response(outcome: Summarised) -> SummarizeResponse:
    return SummarizeResponse(
        summary=outcome.summary,
        cached=outcome.cached,
        upstream=outcome.upstream,
        cost_micros=outcome.cost_micros,
        redactions=outcome.redactions,
    )
