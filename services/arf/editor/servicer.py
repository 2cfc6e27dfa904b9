"""EditorService over gRPC: maps requests to the domain, and its results to responses."""

# ruff: noqa: N802  # gRPC's names

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping

from arf.calls.requested_call import check_distinct
from arf.editor.requested import requested_item
from arf.editor.reviewing import Reviewing
from arf.editor.revise import Editor
from arf.kit.server.principal import Role
from arf.kit.server.request_context import request_context
from arf.kit.server.status import to_status
from arf.kit.threads import Threads
from arf.v1.editor_service_pb2 import (
    DecideReviewRequest,
    GetReviewRequest,
    ListReviewsRequest,
    ListReviewsResponse,
    ReviseBatchRequest,
    ReviseBatchResponse,
    ReviseRequest,
)
from arf.v1.editor_service_pb2_grpc import EditorServiceServicer
from arf.v1.review_pb2 import Review
from arf.v1.revision_pb2 import Revision

ROLES: Mapping[str, Role] = {
    "Revise": Role.SUBMIT,
    "ReviseBatch": Role.SUBMIT,
    "GetReview": Role.REVIEW,
    "ListReviews": Role.REVIEW,
    "DecideReview": Role.REVIEW,
}
PAGE_SIZE = 50
"""Page size if the request does not say."""


class EditorServicer(EditorServiceServicer):
    """Maps messages. Revisions run on the event loop; reviews read the database, on threads of their own."""

    def __init__(self, editor: Editor, reviewing: Reviewing, storage: Threads, at_a_time: int) -> None:
        """`at_a_time` limits how many API summaries are revised at once; further ones wait in order."""
        self._editor = editor
        self._reviewing = reviewing
        self._storage = storage
        self.at_a_time = at_a_time
        self._places = asyncio.Semaphore(at_a_time)

    async def Revise(self, request: ReviseRequest, context: object) -> Revision:
        item = requested_item(request)
        async with self._places:
            (revision,) = await self._editor.revise_batch([item])
        return revision

    async def ReviseBatch(self, request: ReviseBatchRequest, context: object) -> AsyncIterator[ReviseBatchResponse]:
        check_distinct((asked.call for asked in request.requests), "requests[{}].call")

        async def one(index: int, asked: ReviseRequest) -> ReviseBatchResponse:
            answer = ReviseBatchResponse(index=index, call_id=asked.call.id)
            try:
                answer.revision.CopyFrom(await self.Revise(asked, context))
            except Exception as error:  # noqa: BLE001  # one summary's failure does not end the stream
                answer.error.CopyFrom(to_status(error))
            return answer

        tasks = [asyncio.create_task(one(index, asked)) for index, asked in enumerate(request.requests)]
        try:
            for ready in asyncio.as_completed(tasks):
                yield await ready
        finally:
            for task in tasks:
                task.cancel()

    async def GetReview(self, request: GetReviewRequest, context: object) -> Review:
        return await self._storage.run(self._reviewing.get, request_context().tenant, request.name)

    async def ListReviews(self, request: ListReviewsRequest, context: object) -> ListReviewsResponse:
        tenant, limit = request_context().tenant, request.page_size or PAGE_SIZE
        page = await self._storage.run(
            self._reviewing.page, tenant, request.state, request.channel, limit, request.page_token
        )
        return ListReviewsResponse(reviews=page.reviews, next_page_token=page.next_token)

    async def DecideReview(self, request: DecideReviewRequest, context: object) -> Review:
        who = request_context().principal
        return await self._reviewing.decide(who.tenant, who.subject, request)
