"""The queue of revisions that need a person, what was decided, and what that says of the detectors."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from arf.kit.errors import ArfError
from arf.v1.events_pb2 import Sealed
from arf.v1.finding_pb2 import ErrorType
from arf.v1.review_pb2 import ReviewState, ReviewVerdict


@dataclass(frozen=True, slots=True)
class FlaggedFinding:
    """A finding that a revision was to mend, without its text."""

    finding_id: str
    detector: str
    type: ErrorType


@dataclass(frozen=True)
class PendingReview:
    """A committed revision that needs review. `review_id` is its event id, `revision` the sealed `arf.v1.Revision`."""

    review_id: str
    tenant: str
    call_id: str
    channel: str
    revision: Sealed
    findings: tuple[FlaggedFinding, ...]
    created_at: datetime


@dataclass(frozen=True)
class ReviewDecision:
    """What a person decided. `text` is what goes to training, sealed; none where the call stays out of it.

    `rejected` are the findings that the person called wrong; with the verdict ORIGINAL all of them are, named or not.
    """

    verdict: ReviewVerdict
    reviewer: str
    decided_at: datetime
    text: Sealed | None = None
    rejected: frozenset[str] = frozenset()
    comment: str = ""
    request_id: str = ""


@dataclass(frozen=True)
class QueuedReview:
    """A review as it stands; `verdict` is None while it is pending, and its `rejected` names all that were."""

    pending: PendingReview
    verdict: ReviewDecision | None = None

    @property
    def state(self) -> ReviewState:
        """PENDING or DECIDED."""
        return ReviewState.REVIEW_STATE_PENDING if self.verdict is None else ReviewState.REVIEW_STATE_DECIDED


@dataclass(frozen=True)
class ReviewPage:
    """Reviews, and the token of the page after; empty on the last."""

    reviews: list[QueuedReview] = field(default_factory=list)
    next_token: str = ""


@dataclass(frozen=True, slots=True)
class DetectorPrecision:
    """How a detector fared with people: of `judged` findings of one type on decided reviews, `rejected` were wrong."""

    detector: str
    type: ErrorType
    judged: int
    rejected: int

    @property
    def precision(self) -> float:
        """The share that was right."""
        return 1 - self.rejected / self.judged


class AlreadyDecided(ArfError):
    """A review has its decision, which is final."""


class Reviews(Protocol):
    """The queue of reviews. A review of another tenant is as one that does not exist."""

    def enqueue(self, reviews: Sequence[PendingReview]) -> None:
        """Puts revisions before people; one that is there already, decided or not, stays as it is."""

    def decide(self, tenant: str, review_id: str, verdict: ReviewDecision) -> QueuedReview:
        """Decides a pending review; the same `request_id` again gives what it gave.

        Raises NotFound, AlreadyDecided, and InvalidRecord for a rejected finding that the review does not have.
        """

    def get(self, tenant: str, review_id: str) -> QueuedReview:
        """One review. Raises NotFound."""

    def page(
        self,
        tenant: str,
        state: ReviewState = ReviewState.REVIEW_STATE_UNSPECIFIED,
        channel: str = "",
        limit: int = 50,
        token: str = "",
    ) -> ReviewPage:
        """A page, the oldest pending first, then the decided. Raises InvalidRecord for a token that it never gave."""

    def precision(self, tenant: str | None = None) -> list[DetectorPrecision]:
        """Every detector that people of the tenant, or of any, have judged, by its name and the error's type."""
