"""A revision that needs review, from the log before a person and back to the log."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import cast
from unittest.mock import patch

import pytest
from sqlalchemy import delete

from arf.audit.log import Action, SqlAudit
from arf.calls.call_log import CallLog
from arf.editor.publications import SqlPublications
from arf.editor.review_projection import ReviewProjection
from arf.editor.reviewing import Reviewing
from arf.editor.reviews import AlreadyDecided
from arf.editor.reviews_sql import SqlReviews
from arf.editor.store import review
from arf.flow import REVISIONS
from arf.kit.bus.headers import EVENT_ID, SCHEMA, SOURCE
from arf.kit.bus.ids import stage_id
from arf.kit.bus.port import Message, Record
from arf.kit.errors import Aborted, InvalidRequest, NotFound, Unavailable
from arf.kit.threads import InPlace
from arf.privacy.seal import Forgotten
from arf.privacy.sealed_records import opener
from arf.v1.editor_service_pb2 import DecideReviewRequest
from arf.v1.review_pb2 import Review, ReviewState, ReviewVerdict
from arf.v1.revision_pb2 import Decision, Revision
from arf.v1.transcript_pb2 import Call
from tests.helpers.sealing import Site, site
from tests.unit.analysis.fakes import make_call
from tests.unit.editor.fakes import FakeTask, MarkAnalyzer, make_editor, scripted

ANY, PENDING, DECIDED = (cast("ReviewState", state) for state in ReviewState.values())
CANDIDATE = ReviewVerdict.REVIEW_VERDICT_CANDIDATE
EDITED = ReviewVerdict.REVIEW_VERDICT_EDITED
ORIGINAL = ReviewVerdict.REVIEW_VERDICT_ORIGINAL
REJECTED = ReviewVerdict.REVIEW_VERDICT_REJECTED


@dataclass
class Desk:
    """Everything a review passes through. `publishing` false cuts the way to the log."""

    here: Site
    calls: CallLog
    publishing: bool = True
    clock: datetime = field(default_factory=lambda: datetime.now(UTC))

    def __post_init__(self) -> None:
        database = self.here.database
        self.reviews, self.publications = SqlReviews(database), SqlPublications(database)
        self.audit = SqlAudit(database)
        self.projection = ReviewProjection(self.reviews, self.publications, self.here.sealer)
        self.reviewing = Reviewing(
            self.reviews,
            self.publications,
            self.audit,
            self,  # type: ignore[arg-type]
            self.here.sealer,
            self.calls,
            MarkAnalyzer(),
            InPlace(),
            lambda: self.clock,
        )

    def publish(self, messages: list[Message]) -> None:
        """The bus, as far as reviews need it."""
        if not self.publishing:
            raise Unavailable("bus: down")
        self.here.bus.publish(messages)

    def revise(self, call_id: str, text: str = "It is WRONG.") -> str:
        """Has a summary revised to no avail; the name of its review."""
        call = make_call("hello", call_id=call_id)
        self.here.submit(call)
        editor = make_editor(FakeTask(), None, scripted(lambda text, seed: f"MADE_UP {seed}."), candidates=2)
        analysis = MarkAnalyzer().marked(call, text)
        for number, finding in enumerate(analysis.findings):
            finding.finding_id, finding.detector = f"{call_id}-f{number}", "detail@1"
        (revision,) = asyncio.run(editor.revise_batch([(call, text, analysis)]))
        self.here.publish(REVISIONS, "t", call_id, f"event-{call_id}", revision)
        self.project()
        return f"reviews/event-{call_id}"

    def decide(self, tenant: str, reviewer: str, request: DecideReviewRequest) -> Review:
        return asyncio.run(self.reviewing.decide(tenant, reviewer, request))

    def project(self) -> None:
        """Brings the tables up to the log, from its beginning."""
        self.projection.apply(list(self.here.bus.read(REVISIONS)))

    def page(self, state: ReviewState = ANY, token: str = "", limit: int = 10) -> list[Review]:
        return self.reviewing.page("t", state, "", limit, token).reviews

    def published(self) -> list[Record]:
        """The decided revisions of the log."""
        return [record for record in self.here.bus.read(REVISIONS) if record.headers[SOURCE] == "review"]

    def texts(self) -> list[tuple[Decision, str]]:
        revisions = self.here.messages(REVISIONS, Revision)
        return [(r.decision, r.text) for r in revisions][-len(self.published()) :]


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with site(tmp_path, partitions=1) as here:
        calls = CallLog(here.bus, opener(here.sealer, Call), ["teacher", "analysis"])
        yield Desk(here, calls)
        calls.close()


def test_only_what_needs_review_is_put_before_people(desk: Desk) -> None:
    desk.revise("c1")
    desk.revise("c2", "All is well.")
    name = desk.revise("c3")
    shown = desk.reviewing.get("t", name)

    assert [(r.call_id, r.state) for r in desk.page()] == [("c1", PENDING), ("c3", PENDING)]
    assert shown.revision.original == "It is WRONG."
    assert [c.text for c in shown.revision.candidates] == ["MADE_UP 0.", "MADE_UP 1."]
    assert (shown.text, shown.reviewer, shown.tenant) == ("", "", "t")
    with pytest.raises(NotFound):
        desk.reviewing.get("other", name)


@pytest.mark.parametrize(
    ("request_", "decision", "text", "remaining"),
    [
        (DecideReviewRequest(verdict=CANDIDATE, candidate=1), Decision.DECISION_ACCEPTED, "MADE_UP 1.", 1),
        (DecideReviewRequest(verdict=EDITED, text="It is right."), Decision.DECISION_ACCEPTED, "It is right.", 0),
        (DecideReviewRequest(verdict=EDITED, text="A GUESS."), Decision.DECISION_ACCEPTED, "A GUESS.", 1),
        (DecideReviewRequest(verdict=ORIGINAL), Decision.DECISION_NOT_NEEDED, "It is WRONG.", 0),
        (DecideReviewRequest(verdict=REJECTED), Decision.DECISION_NEEDS_REVIEW, "", 0),
    ],
)
def test_a_decision_is_shown_published_and_audited(
    desk: Desk, request_: DecideReviewRequest, decision: Decision, text: str, remaining: int
) -> None:
    request_.name, request_.comment = desk.revise("c1"), "as they said"
    answer = desk.decide("t", "ann", request_)
    (record,) = desk.published()
    ((_, entry),) = desk.audit.entries("t")

    assert (answer.state, answer.verdict, answer.text, answer.reviewer) == (DECIDED, request_.verdict, text, "ann")
    assert len(answer.remaining) == remaining
    assert answer == _less_call(desk.reviewing.get("t", request_.name))
    assert desk.texts() == [(decision, text)]
    assert (record.key, record.headers[SCHEMA]) == ("t/c1", "arf.v1.Revision")
    assert record.headers[EVENT_ID] == stage_id("review", "event-c1")
    assert (entry.actor, entry.action, entry.resource) == ("ann", Action.REVIEW, request_.name)
    assert "as they said" in entry.reason


def test_a_review_that_is_read_has_its_call_and_one_that_is_listed_has_not(desk: Desk) -> None:
    name = desk.revise("c1")
    call = make_call("hello", "good day", call_id="c1")
    call.gold.summary = "It is known."
    call.reference_summaries.append("A person wrote it.")
    desk.here.submit(call)

    assert desk.reviewing.get("t", name).call == make_call("hello", "good day", call_id="c1")
    assert [review.HasField("call") for review in desk.page()] == [False]


def test_a_review_is_read_without_its_call_when_the_log_has_it_no_more(desk: Desk) -> None:
    name = desk.revise("c1")
    with patch.object(desk.calls, "newest", return_value=None):
        shown = desk.reviewing.get("t", name)

    assert not shown.HasField("call")
    assert shown.revision.original == "It is WRONG."


def test_rejected_findings_count_against_their_detector(desk: Desk) -> None:
    for call_id, verdict in (("c1", ORIGINAL), ("c2", REJECTED), ("c3", REJECTED), ("c4", REJECTED)):
        rejected = ["c2-f0"] if call_id == "c2" else []
        name = desk.revise(call_id)
        request = DecideReviewRequest(name=name, verdict=verdict, rejected_finding_ids=rejected)
        desk.decide("t", "ann", request)
    (precision,) = desk.reviews.precision("t")

    assert (precision.detector, precision.judged, precision.rejected) == ("detail@1", 4, 2)
    assert precision.precision == 0.5


def test_a_decision_is_final_and_an_old_etag_is_told_first(desk: Desk) -> None:
    name = desk.revise("c1")
    old = desk.reviewing.get("t", name).etag
    desk.decide("t", "ann", DecideReviewRequest(name=name, verdict=ORIGINAL, etag=old))

    with pytest.raises(Aborted):
        desk.decide("t", "bob", DecideReviewRequest(name=name, verdict=REJECTED, etag=old))
    with pytest.raises(AlreadyDecided):
        desk.decide("t", "bob", DecideReviewRequest(name=name, verdict=REJECTED))
    assert len(desk.published()) == len(desk.audit.entries("t")) == 1


def test_nothing_is_decided_when_the_request_does_not_fit(desk: Desk) -> None:
    name = desk.revise("c1")
    with pytest.raises(InvalidRequest, match="candidate"):
        desk.decide("t", "ann", DecideReviewRequest(name=name, verdict=CANDIDATE, candidate=2))

    assert desk.reviewing.get("t", name).state == PENDING
    assert desk.audit.entries("t") == []
    assert desk.published() == []


def test_the_same_request_finishes_what_an_outage_broke_off(desk: Desk) -> None:
    request = DecideReviewRequest(name=desk.revise("c1"), verdict=ORIGINAL, request_id="r1")
    desk.publishing = False
    with pytest.raises(Unavailable):
        desk.decide("t", "ann", request)
    desk.publishing = True

    assert desk.decide("t", "ann", request).state == DECIDED
    assert [record.headers[EVENT_ID] for record in desk.published()] == [stage_id("review", "event-c1")]
    assert len(desk.audit.entries("t")) == 1


def test_a_decision_that_did_not_reach_the_log_is_published_later_and_once(desk: Desk) -> None:
    name = desk.revise("c1")
    desk.publishing = False
    with pytest.raises(Unavailable):
        desk.decide("t", "ann", DecideReviewRequest(name=name, verdict=ORIGINAL))
    desk.publishing = True
    assert desk.reviewing.publish_missing() == 0
    desk.clock += timedelta(minutes=2)

    assert desk.reviewing.publish_missing() == 1
    desk.project()
    assert desk.reviewing.publish_missing() == 0
    assert desk.texts() == [(Decision.DECISION_NOT_NEEDED, "It is WRONG.")]


def test_the_tables_are_made_anew_from_the_log(desk: Desk) -> None:
    decided, pending = desk.revise("c1"), desk.revise("c2")
    request = DecideReviewRequest(name=decided, verdict=EDITED, text="It is a GUESS.", rejected_finding_ids=["c1-f0"])
    desk.decide("t", "ann", request)
    before = [desk.reviewing.get("t", name) for name in (decided, pending)]
    precision = desk.reviews.precision("t")
    desk.here.database.write(lambda connection: connection.execute(delete(review)))
    assert desk.page() == []
    desk.project()

    assert [desk.reviewing.get("t", name) for name in (decided, pending)] == before
    assert desk.reviews.precision("t") == precision


def test_no_card_of_a_reviewer_is_stored_or_published(desk: Desk) -> None:
    said = "4111 1111 1111 1111, CVV 123"
    request = DecideReviewRequest(name=desk.revise("c1"), verdict=EDITED, text=f"Paid: {said}.", comment=f"Had {said}.")
    answer = desk.decide("t", "ann", request)
    ((_, entry),) = desk.audit.entries("t")
    revision = desk.here.messages(REVISIONS, Revision)[-1]

    assert (answer.text, answer.comment) == ("Paid: [CARD], CVV [CVV].", "Had [CARD], CVV [CVV].")
    assert entry.reason == "EDITED: Had [CARD], CVV [CVV]."
    assert revision.text == answer.text
    assert "1111" not in str(revision)


def test_a_comment_stays_out_of_the_log(desk: Desk) -> None:
    request = DecideReviewRequest(name=desk.revise("c1"), verdict=REJECTED, comment="as Ann said")
    desk.decide("t", "ann", request)
    (record,) = desk.published()

    assert desk.reviewing.get("t", request.name).comment == "as Ann said"
    assert "as Ann said" not in str(record.headers)
    assert b"as Ann said" not in record.value


def test_a_forgotten_calls_review_is_listed_without_a_word_of_it(desk: Desk) -> None:
    name, other = desk.revise("c1"), desk.revise("c2")
    desk.here.sealer.forget("t", "c1")

    assert [(r.name, r.HasField("revision")) for r in desk.page()] == [(name, False), (other, True)]
    for work in (
        lambda: desk.reviewing.get("t", name),
        lambda: desk.decide("t", "ann", DecideReviewRequest(name=name, verdict=ORIGINAL)),
    ):
        with pytest.raises(Forgotten):
            work()


def test_a_bad_record_keeps_no_other_from_its_place(desk: Desk) -> None:
    bad = {EVENT_ID: "bad", SCHEMA: "arf.v1.Revision", SOURCE: "batch"}
    desk.here.bus.publish([Message(REVISIONS, "t/c0", b"\xff", bad)])
    desk.revise("c1")

    assert [r.call_id for r in desk.page()] == ["c1"]


def _less_call(review: Review) -> Review:
    assert review.call.id == review.call_id
    review.ClearField("call")
    return review
