"""The reviews of the editor service, as a command line reads and decides them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar
from uuid import uuid4

from pydantic_settings import BaseSettings, SettingsConfigDict

from arf.kit.errors import Unavailable
from arf.kit.server.asking import ask
from arf.kit.server.channel import Peer
from arf.v1.editor_service_pb2 import DecideReviewRequest, GetReviewRequest, ListReviewsRequest
from arf.v1.editor_service_pb2_grpc import EditorServiceStub
from arf.v1.review_pb2 import Review, ReviewState

if TYPE_CHECKING:
    from arf.v1.editor_service_pb2_grpc import EditorServiceAsyncStub

PREFIX = "reviews/"

T = TypeVar("T")


class ReviewSettings(BaseSettings):
    """How the editor service is reached; each is the variable `ARF_` + its name in capitals."""

    model_config = SettingsConfigDict(env_prefix="ARF_", frozen=True)

    editor_address: str = "127.0.0.1:50053"
    """HOST:PORT of its API."""
    editor_ca: Path | None = None
    """PEM certificates to check it with; without it the connection is plaintext."""
    reviewer_token: Path | None = None
    """File with the reviewer's token; its subject is who decided."""


class ReviewsClient:
    """Reviews of the tenant that the token names. Every method raises Unavailable, or what the service answers."""

    def __init__(self, settings: ReviewSettings) -> None:
        self._peer = Peer(settings.editor_address, ca=settings.editor_ca, token=settings.reviewer_token)

    def all(self, state: ReviewState, channel: str = "", limit: int = 100) -> Iterator[Review]:
        """Up to `limit` reviews in that state, the oldest pending first."""
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

    def decide(self, review_id: str, request: DecideReviewRequest) -> Review:
        """Decides a review as the request says; name and request id are filled in."""
        request.name, request.request_id = _name(review_id), str(uuid4())
        return self._ask(lambda editor: editor.DecideReview(request))

    def _ask(self, question: Callable[[EditorServiceAsyncStub], Awaitable[T]]) -> T:
        """The answer; a refused connection is told by what to do about it."""
        silent = f"{self._peer.target} does not answer: "
        try:
            return ask(self._peer, lambda channel: question(EditorServiceStub(channel)))
        except Unavailable as error:
            said = str(error)
            # From its beginning: an editor that does answer may say that a service behind it refused.
            if said.startswith(f"{silent}failed to connect") and "Connection refused" in said:
                raise Unavailable(f"{silent}no services run there: `arf up`, or set ARF_EDITOR_ADDRESS") from None
            raise


def _name(review_id: str) -> str:
    return PREFIX + review_id.removeprefix(PREFIX)
