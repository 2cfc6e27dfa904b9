from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest

from arf.cli import review
from arf.editor.reviews import FlaggedFinding, PendingReview, ReviewDecision
from arf.editor.reviews_sql import SqlReviews
from arf.kit.errors import NotFound, Unavailable
from arf.kit.server import Role, Service
from arf.v1.editor_service_pb2 import (
    DecideReviewRequest,
    GetReviewRequest,
    ListReviewsRequest,
    ListReviewsResponse,
)
from arf.v1.events_pb2 import Sealed
from arf.v1.finding_pb2 import ErrorType, Finding
from arf.v1.review_pb2 import Review, ReviewState, ReviewVerdict
from arf.v1.revision_pb2 import Candidate, Revision
from arf.v1.transcript_pb2 import Call, Turn
from tests.helpers.sealing import Site
from tests.helpers.servers import LoopThread, api, start
from tests.unit.cli.invoke import Done, arf

FINDING = Finding(
    finding_id="f-1",
    type=ErrorType.ERROR_TYPE_FABRICATION,
    detector="rules",
    explanation="no refund",
    turn_ids=["0", "7b"],
    suggested_fix="They asked for a refund.",
)
CALL = Call(
    id="c-1",
    turns=[
        Turn(turn_id="0", speaker="customer", text="I want a \x1b[2Jrefund.\nToday."),
        Turn(turn_id="7b", speaker="agent", text="I will [b]ask[/b]."),
    ],
)


class Desk:
    """An editor service with three reviews, two on a page; keeps what it was asked."""

    def __init__(self) -> None:
        self.lists: list[ListReviewsRequest] = []
        self.decisions: list[DecideReviewRequest] = []
        self.call: Call | None = CALL
        self.decided = False

    def review(self, number: int) -> Review:
        revision = Revision(original="They got a refund.", targeted=[FINDING], accepted=-1)
        revision.candidates.append(Candidate(text="They asked for one.", reasons=["OMISSION remains"]))
        state = ReviewState.REVIEW_STATE_PENDING
        review = Review(
            name=f"reviews/r-{number}", call_id=f"c-{number}", channel="phone", state=state, revision=revision
        )
        if self.decided:
            review.state, review.verdict = ReviewState.REVIEW_STATE_DECIDED, ReviewVerdict.REVIEW_VERDICT_EDITED
            review.reviewer, review.text, review.comment = "ann", "Mine.", "because"
            review.decide_time.FromDatetime(datetime(2026, 11, 28, 10, 30, tzinfo=UTC))
        return review

    async def list_reviews(self, request: ListReviewsRequest, _: Any) -> ListReviewsResponse:
        asked = ListReviewsRequest()
        asked.CopyFrom(request)
        self.lists.append(asked)
        if request.page_token:
            return ListReviewsResponse(reviews=[self.review(3)])
        return ListReviewsResponse(reviews=[self.review(1), self.review(2)], next_page_token="more")

    async def get_review(self, request: GetReviewRequest, _: Any) -> Review:
        if request.name != "reviews/r-1":
            raise NotFound(f"{request.name} does not exist")
        review = self.review(1)
        if self.call is not None:
            review.call.CopyFrom(self.call)
        return review

    async def decide_review(self, request: DecideReviewRequest, _: Any) -> Review:
        self.decisions.append(request)
        decided = self.review(1)
        decided.state, decided.verdict = ReviewState.REVIEW_STATE_DECIDED, request.verdict
        if request.text:
            decided.remaining.append(FINDING)
        return decided


@pytest.fixture
def desk(monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    loop, desk = LoopThread(), Desk()
    methods = {"ListReviews": desk.list_reviews, "GetReview": desk.get_review, "DecideReview": desk.decide_review}
    running = start(loop, Service("editor", apis=[api("editor", Role.REVIEW, **methods)]))
    monkeypatch.setenv("ARF_EDITOR_ADDRESS", running.target)
    yield desk
    running.drain()
    loop.close()


def _shown(done: Done) -> list[str]:
    """The lines of a command, less those that the service of this process logs."""
    return [line for line in done.out.splitlines() if "method=EditorService/" not in line]


def test_all_pages_are_listed_with_what_was_found(desk: Desk, tmp_path: Path) -> None:
    done = arf("review", "list", "--channel", "phone", "--json", str(tmp_path / "r.json"))
    assert done.status == 0
    assert all(word in done.out for word in ("r-1", "c-2", "r-3", "FABRICATION", "pending", "3 reviews"))
    assert [review["name"] for review in json.loads((tmp_path / "r.json").read_text())][-1] == "reviews/r-3"
    assert [(request.state, request.channel, request.page_token) for request in desk.lists] == [
        (ReviewState.REVIEW_STATE_PENDING, "phone", ""),
        (ReviewState.REVIEW_STATE_PENDING, "phone", "more"),
    ]
    assert "2 reviews" in arf("review", "list", "--limit", "2", "--state", "all").out
    assert desk.lists[-1].state == ReviewState.REVIEW_STATE_UNSPECIFIED


def test_review_is_shown_with_its_call_and_every_candidate(desk: Desk, tmp_path: Path) -> None:
    done = arf("review", "show", "reviews/r-1", "--json", str(tmp_path / "r.json"))
    assert done.status == 0
    assert _shown(done) == [
        "call c-1, phone: pending",
        "",
        "[0] customer: I want a  [2Jrefund.",
        "    Today.",
        "[7b] agent: I will [b]ask[/b].",
        "",
        "They got a refund.",
        "",
        "finding f-1 FABRICATION by rules: no refund (turns 0, 7b)",
        "    fix: They asked for a refund.",
        "",
        "candidate 0: OMISSION remains",
        "They asked for one.",
    ]
    assert json.loads((tmp_path / "r.json").read_text())["call"]["turns"][1]["turn_id"] == "7b"
    done = arf("review", "show", "r-9")
    assert (done.status, done.err.strip()) == (1, "arf: r-9: there is no such review, and none of such a call")


def test_review_is_found_by_the_beginning_of_its_id_or_by_its_call(desk: Desk) -> None:
    assert _shown(arf("review", "show", "c-1"))[0].startswith("call c-1")
    several = arf("review", "show", "r-")
    assert (several.status, "reviews/r-1, reviews/r-2, reviews/r-3" in several.err) == (1, True)
    assert arf("review", "reject", "c-1").status == 0
    assert desk.decisions[-1].name == "reviews/r-1"


def test_decided_review_says_what_was_decided_and_by_whom(desk: Desk) -> None:
    desk.decided = True
    lines = _shown(arf("review", "show", "r-1"))
    assert lines[:3] == ["call c-1, phone: edited by ann on 2026-11-28 10:30", "Mine.", "comment: because"]
    assert "edited by ann on 2026-11-28 10:30" in arf("review", "list").said


def test_a_call_that_is_gone_is_said_in_its_place(desk: Desk) -> None:
    desk.call = None
    assert _shown(arf("review", "show", "r-1"))[2:5] == ["the call is no longer in the log", "", "They got a refund."]


@pytest.mark.parametrize(
    ("command", "verdict", "said", "candidate", "text"),
    [
        (["accept", "r-1", "--candidate", "0"], ReviewVerdict.REVIEW_VERDICT_CANDIDATE, "candidate accepted", 0, ""),
        (["accept", "r-1", "--original"], ReviewVerdict.REVIEW_VERDICT_ORIGINAL, "original accepted", None, ""),
        (["edit", "r-1", "--text", " Mine. "], ReviewVerdict.REVIEW_VERDICT_EDITED, "edited", None, "Mine."),
        (["reject", "r-1"], ReviewVerdict.REVIEW_VERDICT_REJECTED, "rejected", None, ""),
    ],
)
def test_decision_is_what_was_said(
    desk: Desk, command: list[str], verdict: ReviewVerdict, said: str, candidate: int | None, text: str
) -> None:
    done = arf("review", *command, "--wrong", "f-1", "--comment", "clear")
    assert done.status == 0
    assert f"r-1: {said} by" in done.out
    (request,) = desk.decisions
    assert (request.name, request.verdict, request.text) == ("reviews/r-1", verdict, text)
    assert (request.candidate if request.HasField("candidate") else None) == candidate
    assert (list(request.rejected_finding_ids), request.comment) == (["f-1"], "clear")
    assert len(request.request_id) == 36
    assert ("still found in it: FABRICATION" in done.out) == bool(text)


def test_text_is_taken_from_a_file_or_from_the_editor(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "mine.txt").write_text("From a file.\n")
    assert arf("review", "edit", "r-1", "--file", str(tmp_path / "mine.txt")).status == 0
    monkeypatch.setattr(review, "_has_terminal", lambda: True)
    monkeypatch.delenv("VISUAL", raising=False)
    monkeypatch.setenv("EDITOR", "sed -i s/got/wanted/")
    assert arf("review", "edit", "r-1").status == 0
    assert [request.text for request in desk.decisions] == ["From a file.", "They wanted a refund."]
    for unwilling in ("true", "false", "no-such-editor"):
        monkeypatch.setenv("EDITOR", unwilling)
        assert arf("review", "edit", "r-1").status == 1
    assert len(desk.decisions) == 2


def test_no_editor_is_started_when_there_is_no_terminal(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("VISUAL", raising=False)
    monkeypatch.setenv("EDITOR", "sed -i s/got/wanted/")
    done = arf("review", "edit", "r-1")
    assert (done.status, done.err) == (1, "arf: there is no terminal for an editor: give --text or --file\n")
    assert desk.decisions == []


@pytest.mark.parametrize(
    "command", [["accept", "r-1"], ["accept", "r-1", "--original", "--candidate", "0"], ["edit", "r-1", "--text", " "]]
)
def test_nothing_is_decided_when_it_is_not_said_what(desk: Desk, command: list[str]) -> None:
    assert arf("review", *command).status == 1
    assert desk.decisions == []


def test_unavailable_is_said_when_no_editor_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ARF_EDITOR_ADDRESS", "127.0.0.1:1")
    done = arf("review", "list")
    told = "arf: 127.0.0.1:1 does not answer: no services run there: `arf up`, or set ARF_EDITOR_ADDRESS\n"
    assert (done.status, done.err) == (1, told)
    monkeypatch.setenv("ARF_EDITOR_ADDRESS", "no-such-host.invalid:1")
    assert "no-such-host.invalid:1 does not answer" in arf("review", "list").err


def test_what_the_editor_says_is_told_when_a_service_behind_it_refused(desk: Desk) -> None:
    refused = "127.0.0.1:2 does not answer: failed to connect to all addresses: Connection refused"
    with patch.object(desk, "review", side_effect=Unavailable(refused)):
        assert refused in arf("review", "show", "r-1").err


def test_what_people_rejected_counts_against_its_detector(here: Site, data: str, tmp_path: Path) -> None:
    reviews = SqlReviews(here.database)
    for number in range(4):
        finding = FlaggedFinding(f"f-{number}", "rules@1", ErrorType.ERROR_TYPE_FABRICATION)
        at = datetime(2026, 11, 28, tzinfo=UTC)
        tenant = "other" if number == 3 else "acme"
        reviews.enqueue([PendingReview(f"r-{number}", tenant, f"c-{number}", "phone", Sealed(), (finding,), at)])
        if number != 2:
            wrong = frozenset({finding.finding_id} if number else ())
            reviews.decide(
                tenant, f"r-{number}", ReviewDecision(ReviewVerdict.REVIEW_VERDICT_REJECTED, "ann", at, None, wrong)
            )

    for options, judged, rejected in ((["--tenant", "acme"], 2, 1), ([], 3, 2)):
        done = arf("review", "precision", *options, "--data", data, "--json", str(tmp_path / "p.json"))
        assert done.status == 0
        (row,) = json.loads((tmp_path / "p.json").read_text())
        assert (row["detector"], row["type"], row["judged"], row["rejected"]) == (
            "rules@1",
            "FABRICATION",
            judged,
            rejected,
        )
        assert row["precision"] == pytest.approx(1 - rejected / judged)
        assert row["low"] < row["precision"] < row["high"]
