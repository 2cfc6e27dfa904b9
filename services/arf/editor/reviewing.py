"""Reviews of revisions for which no candidate passed: listed, read and decided by people.

A decision goes to the audit log, then the database, then the log. The database decides who was first; the log is what
others read. `publish_missing` publishes what a crash left unpublished. The event id is derived from the review's, so a
decision that is published twice counts once. Card numbers and CVVs are removed from what a person writes before all
three; the comment, which is not sealed, stays out of the log.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from arf.audit.log import Action, Audit, AuditEntry
from arf.calls.records import dumps, short_name
from arf.editor import decisions
from arf.editor.ports import Analyzer, Calls
from arf.editor.publications import Publications
from arf.editor.review_messages import PREFIX, bare_review, etag, header_review
from arf.editor.reviews import AlreadyDecided, QueuedReview, ReviewDecision, Reviews
from arf.flow import REVISIONS
from arf.kit import tracing
from arf.kit.bus.headers import EVENT_ID, SCHEMA, SOURCE, TENANT
from arf.kit.bus.ids import call_key, stage_id
from arf.kit.bus.port import Bus, Message
from arf.kit.errors import Aborted
from arf.kit.threads import Runner
from arf.privacy.masking.calls import mask_text
from arf.privacy.seal import Forgotten
from arf.privacy.sealed_records import Seals, sealed_for_call, unsealed
from arf.v1.editor_service_pb2 import DecideReviewRequest
from arf.v1.finding_pb2 import Finding
from arf.v1.review_pb2 import Review, ReviewState, ReviewVerdict
from arf.v1.revision_pb2 import Revision
from arf.v1.transcript_pb2 import Call

REVIEW = "review"
"""The header of a decided revision: its Review as ProtoJSON without revision, text and comment."""

_REJECTED = ReviewVerdict.REVIEW_VERDICT_REJECTED


@dataclass(frozen=True)
class ReviewList:
    """Reviews, and the token of the next page, empty on the last."""

    reviews: list[Review]
    next_token: str


class Reviewing:
    """All tenants' reviews. Methods that are not coroutines block."""

    def __init__(
        self,
        reviews: Reviews,
        publications: Publications,
        audit: Audit,
        bus: Bus,
        seals: Seals,
        calls: Calls,
        analyzer: Analyzer,
        storage: Runner,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        """`storage` runs the blocking work of a decision."""
        self._reviews = reviews
        self._publications = publications
        self._audit = audit
        self._bus = bus
        self._seals = seals
        self._calls = calls
        self._analyzer = analyzer
        self._storage = storage
        self._now = now

    def get(self, tenant: str, name: str) -> Review:
        """The review with this name, with its call if the log still has it.

        Raises NotFound, Unavailable; Forgotten if the call was forgotten.
        """
        queued = self._reviews.get(tenant, _id(name))
        review = self._shown(queued)
        call = self._call(queued)
        if call is not None:
            # Reference data for evaluation: a reviewer who copied from it would leak it into training.
            call.ClearField("gold")
            call.ClearField("reference_summaries")
            review.call.CopyFrom(call)
        return review

    def page(self, tenant: str, state: ReviewState, channel: str, limit: int, token: str) -> ReviewList:
        """One page of reviews, oldest pending first; one whose call was forgotten is listed without its texts.

        Raises InvalidRecord for an invalid page token.
        """
        page = self._reviews.page(tenant, state, channel, limit, token)
        return ReviewList([self._listed(queued) for queued in page.reviews], page.next_token)

    async def decide(self, tenant: str, reviewer: str, request: DecideReviewRequest) -> Review:
        """Decides a pending review and publishes the decision; repeating a `request_id` has no further effect.

        Raises NotFound, Aborted, AlreadyDecided, InvalidRequest; Forgotten if the call was forgotten; Unavailable:
        repeating the request then completes it.
        """
        request = _masked(request)
        queued, pending = await self._storage.run(self._asked, tenant, request)
        if pending:
            remaining = await self._remaining(queued, request)
            queued = await self._storage.run(self._decide, queued, reviewer, request, remaining)
        return await self._storage.run(self._published, queued)

    def publish_missing(self, patience: timedelta = timedelta(minutes=1)) -> int:
        """Publishes decisions missing from the log for `patience`; returns how many. Raises Unavailable."""
        missing = self._publications.missing(self._now() - patience)
        for tenant, review_id in missing:
            try:
                self._publish(self._reviews.get(tenant, review_id))
            except Forgotten:
                # The call was forgotten: no text is left to train on.
                self._publications.note([review_id], self._now())
        return len(missing)

    def _asked(self, tenant: str, request: DecideReviewRequest) -> tuple[QueuedReview, bool]:
        """The review that a request decides, and whether it is still pending. Raises if the request does not fit it."""
        queued = self._reviews.get(tenant, _id(request.name))
        if queued.verdict is not None and request.request_id and queued.verdict.request_id == request.request_id:
            return queued, False
        if request.etag and request.etag != etag(queued):
            raise Aborted(f"{request.name}: the etag is outdated")
        if queued.verdict is not None:
            raise AlreadyDecided(f"{request.name} is already decided")
        decisions.check(request, self._revision(queued))
        return queued, True

    async def _remaining(self, queued: QueuedReview, request: DecideReviewRequest) -> list[Finding]:
        """The findings in a person's own text; none if retention has deleted the call."""
        if request.verdict != ReviewVerdict.REVIEW_VERDICT_EDITED:
            return []
        call = await self._storage.run(self._call, queued)
        return [] if call is None else list((await self._analyzer.analyze(call, request.text)).findings)

    def _decide(
        self, queued: QueuedReview, reviewer: str, request: DecideReviewRequest, remaining: Sequence[Finding]
    ) -> QueuedReview:
        pending = queued.pending
        outcome = decisions.decided(request, self._revision(queued), remaining)
        sealed = sealed_for_call(self._seals, pending.tenant, pending.call_id, outcome)
        reason = f"{short_name(ReviewVerdict.DESCRIPTOR, request.verdict)}: {request.comment}".removesuffix(": ")
        self._audit.append(
            AuditEntry(self._now(), pending.tenant, reviewer, Action.REVIEW, PREFIX + pending.review_id, reason)
        )
        verdict = ReviewDecision(
            verdict=request.verdict,
            reviewer=reviewer,
            decided_at=self._now(),
            text=None if request.verdict == _REJECTED else sealed,
            rejected=frozenset(request.rejected_finding_ids),
            comment=request.comment,
            request_id=request.request_id,
        )
        return self._reviews.decide(pending.tenant, pending.review_id, verdict)

    def _published(self, queued: QueuedReview) -> Review:
        self._publish(queued)
        return self._shown(queued)

    def _call(self, queued: QueuedReview) -> Call | None:
        """The newest call with this id; None if retention has deleted it. Raises Forgotten, Unavailable."""
        return self._calls.newest(call_key(queued.pending.tenant, queued.pending.call_id))

    def _publish(self, queued: QueuedReview) -> None:
        pending = queued.pending
        sealed = sealed_for_call(self._seals, pending.tenant, pending.call_id, self._outcome(queued))
        headers = {
            EVENT_ID: stage_id(REVIEW, pending.review_id),
            TENANT: pending.tenant,
            SCHEMA: Revision.DESCRIPTOR.full_name,
            SOURCE: "review",
            REVIEW: dumps(header_review(queued)),
        }
        tracing.inject(headers)
        key = call_key(pending.tenant, pending.call_id)
        self._bus.publish([Message(REVISIONS, key, sealed.SerializeToString(), headers)])

    def _listed(self, queued: QueuedReview) -> Review:
        try:
            return self._shown(queued)
        except Forgotten:
            return bare_review(queued)

    def _shown(self, queued: QueuedReview) -> Review:
        review = bare_review(queued)
        review.revision.CopyFrom(self._revision(queued))
        if queued.verdict is not None and queued.verdict.text is not None:
            outcome = self._outcome(queued)
            review.text = outcome.text
            review.remaining.extend(decisions.remaining_of(outcome))
        return review

    def _revision(self, queued: QueuedReview) -> Revision:
        pending = queued.pending
        return unsealed(self._seals, pending.revision, call_key(pending.tenant, pending.call_id), Revision)

    def _outcome(self, queued: QueuedReview) -> Revision:
        """The decided revision."""
        pending = queued.pending
        if queued.verdict is not None and queued.verdict.text is not None:
            return unsealed(self._seals, queued.verdict.text, call_key(pending.tenant, pending.call_id), Revision)
        return decisions.decided(DecideReviewRequest(verdict=_REJECTED), self._revision(queued))


def _masked(request: DecideReviewRequest) -> DecideReviewRequest:
    """The request, with card numbers and CVVs removed from what the reviewer wrote."""
    masked = DecideReviewRequest()
    masked.CopyFrom(request)
    masked.text, masked.comment = mask_text(request.text), mask_text(request.comment)
    return masked


def _id(name: str) -> str:
    return name.removeprefix(PREFIX)
