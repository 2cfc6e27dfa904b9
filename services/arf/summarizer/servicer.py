"""SummarizerService over gRPC: maps requests to the domain, and its results to responses."""

# ruff: noqa: N802  # gRPC's names

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping

from arf.calls.requested_call import requested_call
from arf.kit.server.principal import Role
from arf.kit.server.request_context import request_context
from arf.summarizer.finished import FinishedCalls
from arf.summarizer.streaming import CallStreams
from arf.v1.summarizer_service_pb2 import (
    StreamCallRequest,
    StreamCallResponse,
    SummarizerServiceSummarizeRequest,
    SummarizerServiceSummarizeResponse,
)
from arf.v1.summarizer_service_pb2_grpc import SummarizerServiceServicer

ROLES: Mapping[str, Role] = {"Summarize": Role.SUBMIT, "StreamCall": Role.SUBMIT}


class SummarizerServicer(SummarizerServiceServicer):
    """Maps messages."""

    def __init__(self, finished: FinishedCalls, streams: CallStreams) -> None:
        self._finished, self._streams = finished, streams

    async def Summarize(
        self, request: SummarizerServiceSummarizeRequest, context: object
    ) -> SummarizerServiceSummarizeResponse:
        return await self._finished.summarize(requested_call(request.call))

    async def StreamCall(
        self, request_iterator: AsyncIterator[StreamCallRequest], context: object
    ) -> AsyncIterator[StreamCallResponse]:
        current = request_context()
        async for response in self._streams.run(current.tenant, request_iterator, current.draining):
            yield response
