"""A client of the editor service's reviews, for the command line."""

from __future__ import annotations

import sys
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, TypeVar
from uuid import uuid4

from arf.kit.errors import Code, InvalidRecord, NotFound, Unavailable
from arf.kit.server.asking import PeerError, ask
from arf.kit.server.peer_settings import PeerSettings
from arf.v1.editor_service_pb2 import DecideReviewRequest, GetReviewRequest, ListReviewsRequest
from arf.v1.editor_service_pb2_grpc import EditorServiceStub
from arf.v1.review_pb2 import Review, ReviewState

if TYPE_CHECKING:
    from arf.v1.editor_service_pb2_grpc import EditorServiceAsyncStub

PREFIX = "reviews/"

T = TypeVar("T")


class ReviewsClient:
    """The reviews of the token's tenant. Every method raises Unavailable, or the service's error."""

    def __init__(self, settings: PeerSettings) -> None:
        """`settings.token` is the file with the reviewer's token, whose subject is recorded as the reviewer."""
        self._peer = replace(settings.peer(), token=settings.token)

    def all(self, state: ReviewState, channel: str = "", limit: int = 100) -> Iterator[Review]:
        """Up to `limit` reviews in that state, oldest first."""
        request = ListReviewsRequest(state=state, channel=channel, page_size=min(limit, 1000))
        while limit > 0:
            page = self._ask(lambda editor: editor.ListReviews(request))
            yield from page.reviews[:limit]
            limit -= len(page.reviews)
            request.page_token = page.next_page_token
            if not page.next_page_token:
                return

    def get(self, review_id: str) -> Review:
        """One review, with or without `reviews/` before its id."""
        request = GetReviewRequest(name=_name(review_id))
        return self._ask(lambda editor: editor.GetReview(request))

    def find(self, text: str) -> Review:
        """The one review with that id, with an id that begins so, or of the call with that id.

        Raises NotFound if there is none, InvalidRecord naming them if there are several.
        """
        try:
            return self.get(text)
        except PeerError as error:
            if error.code not in (Code.NOT_FOUND, Code.INVALID_ARGUMENT):
                raise
        every = self.all(ReviewState.REVIEW_STATE_UNSPECIFIED, limit=sys.maxsize)
        found = [it.name for it in every if it.name.startswith(_name(text)) or it.call_id == text]
        if not found:
            raise NotFound(f"{text}: there is no such review, and none of such a call")
        if len(found) > 1:
            raise InvalidRecord("ID", f"{text} may be any of {', '.join(found)}")
        return self.get(found[0])

    def decide(self, review_id: str, request: DecideReviewRequest) -> Review:
        """Sends a decision; fills in the review's name and the request id."""
        request.name, request.request_id = _name(review_id), str(uuid4())
        return self._ask(lambda editor: editor.DecideReview(request))

    def _ask(self, question: Callable[[EditorServiceAsyncStub], Awaitable[T]]) -> T:
        """The response; a refused connection becomes an error that says what to do."""
        silent = f"{self._peer.target} does not answer: "
        try:
            return ask(self._peer, lambda channel: question(EditorServiceStub(channel)))
        except Unavailable as error:
            said = str(error)
            # Matched at its start: an editor that answers may report that a service behind it refused.
            if said.startswith(f"{silent}failed to connect") and "Connection refused" in said:
                raise Unavailable(f"{silent}no services run there: `arf up`, or set ARF_EDITOR_ADDRESS") from None
            raise


def _name(review_id: str) -> str:
    return PREFIX + review_id.removeprefix(PREFIX)
