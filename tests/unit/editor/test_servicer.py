"""EditorService through the server of the kit: revisions one by one and in batches, reviews, statuses."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator

import grpc
import pytest

from arf.audit.log import SqlAudit
from arf.calls.call_log import CallLog
from arf.calls.subject import CALL
from arf.editor.publications import SqlPublications
from arf.editor.review_projection import ReviewProjection
from arf.editor.reviewing import Reviewing
from arf.editor.reviews_sql import SqlReviews
from arf.editor.servicer import ROLES, EditorServicer
from arf.flow import REVISIONS
from arf.inference.port import Model
from arf.kit.errors import Unavailable
from arf.kit.server import Api, Service
from arf.kit.threads import Threads
from arf.privacy.sealed_records import opener
from arf.v1.editor_service_pb2 import (
    DecideReviewRequest,
    GetReviewRequest,
    ListReviewsRequest,
    ReviseBatchRequest,
    ReviseRequest,
)
from arf.v1.editor_service_pb2_grpc import EditorServiceStub, add_EditorServiceServicer_to_server
from arf.v1.finding_pb2 import Analysis
from arf.v1.review_pb2 import ReviewState, ReviewVerdict
from arf.v1.revision_pb2 import Decision, Revision
from arf.v1.transcript_pb2 import Call
from tests.helpers.sealing import Site
from tests.helpers.services import Connect
from tests.unit.analysis.fakes import make_call
from tests.unit.editor.fakes import FakeTask, MarkAnalyzer, make_editor, scripted

Serve = Callable[..., EditorServiceStub]


@pytest.fixture
def serve(connect: Connect, here: Site) -> Iterator[Serve]:
    calls = CallLog(here.bus, opener(here.sealer, Call), ["teacher", "analysis"])

    def run(analyzer: MarkAnalyzer | None = None, model: Model | None = None) -> EditorServiceStub:
        mending = scripted(lambda text, seed: text.replace("WRONG", "right"))
        editor = make_editor(FakeTask(), analyzer, model or mending, candidates=1)
        reviews, publications = SqlReviews(here.database), SqlPublications(here.database)
        audit = SqlAudit(here.database)
        storage = Threads(2, "s")
        reviewing = Reviewing(reviews, publications, audit, here.bus, here.sealer, calls, MarkAnalyzer(), storage)
        servicer = EditorServicer(editor, reviewing, storage, 4)
        api = Api(add_EditorServiceServicer_to_server, servicer, ROLES, CALL)
        service = Service("editor", apis=[api], closing=[storage.close])
        return EditorServiceStub(connect(service))

    yield run
    calls.close()


def _request(call_id: str, text: str) -> ReviseRequest:
    call = make_call("hello", call_id=call_id)
    analysis = MarkAnalyzer().marked(call, text)
    for number, finding in enumerate(analysis.findings):
        finding.finding_id = f"f{number}"
    call.ClearField("tenant")
    analysis.ClearField("tenant")
    return ReviseRequest(call=call, analysis=analysis)


def test_a_summary_is_revised_and_belongs_to_the_tokens_tenant(serve: Serve) -> None:
    stub = serve()
    mended = stub.Revise(_request("c1", "It is WRONG."), timeout=60)
    fine = stub.Revise(_request("c2", "All is well."), timeout=60)

    assert (mended.decision, mended.text, mended.tenant) == (Decision.DECISION_ACCEPTED, "It is right.", "t")
    assert (fine.decision, fine.text) == (Decision.DECISION_NOT_NEEDED, "All is well.")


def test_every_item_of_a_batch_has_its_answer_and_one_failure_ends_nothing(serve: Serve) -> None:
    class Picky(MarkAnalyzer):
        async def analyze(self, call: Call, summary: str) -> Analysis:
            if call.id == "c3":
                raise Unavailable("analysis: down")
            if call.id == "c5":
                raise ValueError("a bug, with text of the call")
            return await super().analyze(call, summary)

    requests = [_request(f"c{n}", "It is WRONG.") for n in range(8)]
    requests[6].analysis.findings[0].turn_ids.append("no-such-turn")
    answers = {a.index: a for a in serve(Picky()).ReviseBatch(ReviseBatchRequest(requests=requests), timeout=120)}

    assert {n: a.call_id for n, a in answers.items()} == {n: f"c{n}" for n in range(8)}
    codes = {n: a.error.code for n, a in answers.items() if a.WhichOneof("result") == "error"}
    assert codes == {
        3: grpc.StatusCode.UNAVAILABLE.value[0],
        5: grpc.StatusCode.INTERNAL.value[0],
        6: grpc.StatusCode.INVALID_ARGUMENT.value[0],
    }
    assert "text of the call" not in answers[5].error.message
    assert {a.revision.text for n, a in answers.items() if n not in codes} == {"It is right."}


def test_calls_of_one_id_end_a_batch_before_it_begins(serve: Serve) -> None:
    model = scripted(lambda text, seed: text)
    requests = [_request("c1", "It is WRONG."), _request("c1", "It is WRONG.")]
    with pytest.raises(grpc.RpcError) as raised:
        list(serve(model=model).ReviseBatch(ReviseBatchRequest(requests=requests), timeout=60))

    assert raised.value.code() == grpc.StatusCode.INVALID_ARGUMENT
    assert "requests[1].call.id" in raised.value.details()
    assert model.requests == []


def test_a_review_is_listed_read_and_decided_once(serve: Serve, here: Site) -> None:
    call = make_call("hello")
    here.submit(call)
    here.publish(REVISIONS, "t", "c1", "e1", _hopeless(call))
    projection = ReviewProjection(SqlReviews(here.database), SqlPublications(here.database), here.sealer)
    projection.apply(list(here.bus.read(REVISIONS)))
    stub = serve()
    (listed,) = stub.ListReviews(ListReviewsRequest(state=ReviewState.REVIEW_STATE_PENDING), timeout=60).reviews
    request = DecideReviewRequest(
        name=listed.name, verdict=ReviewVerdict.REVIEW_VERDICT_EDITED, text="It is right.", etag=listed.etag
    )
    decided = stub.DecideReview(request, timeout=60)

    read = stub.GetReview(GetReviewRequest(name=listed.name), timeout=60)

    assert [turn.text for turn in read.call.turns] == ["hello"]
    read.ClearField("call")
    assert read == decided
    assert (decided.reviewer, decided.text) == ("anonymous", "It is right.")
    pending = ListReviewsRequest(state=ReviewState.REVIEW_STATE_PENDING)
    assert not stub.ListReviews(pending, timeout=60).reviews
    for etag, code in ((listed.etag, grpc.StatusCode.ABORTED), ("", grpc.StatusCode.FAILED_PRECONDITION)):
        request.etag = etag
        with pytest.raises(grpc.RpcError) as raised:
            stub.DecideReview(request, timeout=60)
        assert raised.value.code() == code


def test_an_unknown_review_is_not_found(serve: Serve) -> None:
    stub = serve()
    with pytest.raises(grpc.RpcError) as raised:
        stub.GetReview(GetReviewRequest(name="reviews/none"), timeout=60)
    assert raised.value.code() == grpc.StatusCode.NOT_FOUND


def _hopeless(call: Call) -> Revision:
    text = "It is WRONG."
    item = (call, text, MarkAnalyzer().marked(call, text))
    (revision,) = asyncio.run(make_editor(FakeTask()).revise_batch([item]))
    assert revision.decision == Decision.DECISION_NEEDS_REVIEW
    return revision
