"""The queue of revisions that need a person, their decisions, and detectors' precision according to them."""

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
    """A finding that a revision should have corrected, without its text."""

    finding_id: str
    detector: str
    type: ErrorType


@dataclass(frozen=True)
class PendingReview:
    """A committed revision that needs review.

    `review_id` is its event id, `revision` the sealed `arf.v1.Revision`.
    """

    review_id: str
    tenant: str
    call_id: str
    channel: str
    revision: Sealed
    findings: tuple[FlaggedFinding, ...]
    created_at: datetime


@dataclass(frozen=True)
class ReviewDecision:
    """A person's decision.

    `text` is the sealed text for training, None if the call is not trained on. `rejected` are the findings that the
    person called wrong; with the verdict ORIGINAL all of them count as rejected.
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
    """A review in its current state.

    `verdict` is None while pending; its `rejected` lists every rejected finding.
    """

    pending: PendingReview
    verdict: ReviewDecision | None = None

    @property
    def state(self) -> ReviewState:
        """PENDING or DECIDED."""
        return ReviewState.REVIEW_STATE_PENDING if self.verdict is None else ReviewState.REVIEW_STATE_DECIDED


@dataclass(frozen=True)
class ReviewPage:
    """Reviews, and the token of the next page, empty on the last."""

    reviews: list[QueuedReview] = field(default_factory=list)
    next_token: str = ""


@dataclass(frozen=True, slots=True)
class DetectorPrecision:
    """A detector's record with reviewers: of `judged` findings of one type, `rejected` were wrong."""

    detector: str
    type: ErrorType
    judged: int
    rejected: int

    @property
    def precision(self) -> float:
        """The share of its findings that were right."""
        return 1 - self.rejected / self.judged


class AlreadyDecided(ArfError):
    """The review already has its decision, which is final."""


class Reviews(Protocol):
    """The review queue. Another tenant's review is treated as missing."""

    def enqueue(self, reviews: Sequence[PendingReview]) -> None:
        """Adds pending reviews; one that exists already, decided or not, is unchanged."""

    def decide(self, tenant: str, review_id: str, verdict: ReviewDecision) -> QueuedReview:
        """Decides a pending review; repeating a `request_id` returns the same result.

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
        """One page, oldest pending first, then the decided. Raises InvalidRecord for an invalid page token."""

    def precision(self, tenant: str | None = None) -> list[DetectorPrecision]:
        """Precision by detector and error type, according to the tenant's reviewers or, without a tenant, all."""
