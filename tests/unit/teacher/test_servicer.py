"""TeacherService through the server of the kit: the proxy's answers and refusals as the API says."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import grpc
import pytest
from google.rpc import error_details_pb2, status_pb2

from arf.calls.subject import CALL
from arf.kit.server import Api, Service
from arf.privacy.redaction.redactor import POLICY
from arf.teacher.rate_limit import Limit, TenantLimits
from arf.teacher.servicer import ROLES, TeacherServicer
from arf.v1.summary_pb2 import Summary
from arf.v1.teacher_service_pb2 import StreamSummarizeRequest, SummarizeBatchRequest, SummarizeRequest
from arf.v1.teacher_service_pb2_grpc import TeacherServiceStub, add_TeacherServiceServicer_to_server
from arf.v1.transcript_pb2 import Call, Turn
from tests.helpers import raw_calls
from tests.helpers.services import Connect
from tests.unit.teacher.fakes import ScriptedUpstream, down
from tests.unit.teacher.wiring import proxied

Serve = Callable[..., TeacherServiceStub]
TEXT = " they lost <ID_1>. It was found."


@pytest.fixture
def serve(connect: Connect) -> Serve:
    def run(upstream: ScriptedUpstream | None = None, **given: object) -> TeacherServiceStub:
        proxy, batches = proxied(upstream or ScriptedUpstream(text=TEXT), **given)  # type: ignore[arg-type]
        api = Api(add_TeacherServiceServicer_to_server, TeacherServicer(proxy, batches), ROLES, CALL)
        return TeacherServiceStub(connect(Service("teacher", apis=[api])))

    return run


def _call(call_id: str = "c-1", text: str = "my order 46422 is lost") -> Call:
    return Call(id=call_id, turns=[Turn(speaker="customer", text=text), Turn(speaker="agent", text="let us see")])


def _refusal(error: grpc.RpcError) -> tuple[grpc.StatusCode, float | None]:
    """The code, and the seconds after which to come again."""
    packed = raw_calls.trailer(error).get("grpc-status-details-bin", b"")
    for detail in status_pb2.Status.FromString(packed).details:
        retry = error_details_pb2.RetryInfo()
        if detail.Unpack(retry):
            return error.code(), retry.retry_delay.ToMilliseconds() / 1000
    return error.code(), None


def test_summary_comes_with_all_that_the_api_promises(serve: Serve) -> None:
    stub = serve()
    response = stub.Summarize(SummarizeRequest(call=_call()), timeout=60)
    summary = response.summary
    assert summary.summary.text == "The customer contacted support because they lost 46422. It was found."
    assert (summary.tenant, summary.channel, summary.redaction_policy) == ("t", "unknown", POLICY)
    assert (response.cached, response.upstream, response.cost_micros) == (False, "up", 15)
    assert dict(response.redactions) == {"id": 1}
    again = stub.Summarize(SummarizeRequest(call=_call()), timeout=60)
    assert (again.cached, again.cost_micros) == (True, 0)
    assert not stub.Summarize(SummarizeRequest(call=_call(), refresh=True), timeout=60).cached


def test_summary_that_the_call_brings_comes_back(serve: Serve) -> None:
    call = _call()
    call.summary.CopyFrom(Summary(text="Theirs."))
    response = serve(ScriptedUpstream(script=[down()])).Summarize(SummarizeRequest(call=call), timeout=60)
    assert (response.summary.summary.text, response.upstream) == ("Theirs.", "")


def test_caller_over_a_limit_hears_when_to_come_again(serve: Serve) -> None:
    stub = serve(limits=TenantLimits(requests=Limit(0.1, 1)))
    stub.Summarize(SummarizeRequest(call=_call()), timeout=60)
    with pytest.raises(grpc.RpcError) as refusal:
        stub.Summarize(SummarizeRequest(call=_call(text="another one")), timeout=60)
    code, seconds = _refusal(refusal.value)
    assert code is grpc.StatusCode.RESOURCE_EXHAUSTED
    assert seconds is not None
    assert 0 < seconds <= 10


@pytest.mark.parametrize("given", [{"limits": TenantLimits(tokens=Limit(1, 5))}, {"budget_micros": 5}])
def test_call_over_a_limit_that_no_wait_lifts_is_refused(serve: Serve, given: dict[str, object]) -> None:
    with pytest.raises(grpc.RpcError) as refusal:
        serve(**given).Summarize(SummarizeRequest(call=_call()), timeout=60)
    assert refusal.value.code() is grpc.StatusCode.RESOURCE_EXHAUSTED


def test_caller_hears_when_to_come_again_when_no_upstream_answers(serve: Serve) -> None:
    stub = serve(ScriptedUpstream(script=[down(retry_after_s=4.0)]))
    with pytest.raises(grpc.RpcError) as refusal:
        stub.Summarize(SummarizeRequest(call=_call()), timeout=60)
    assert _refusal(refusal.value) == (grpc.StatusCode.UNAVAILABLE, 4.0)


def test_unknown_model_is_named(serve: Serve) -> None:
    with pytest.raises(grpc.RpcError, match="gpt-9") as refusal:
        serve().Summarize(SummarizeRequest(call=_call(), model="gpt-9"), timeout=60)
    assert refusal.value.code() is grpc.StatusCode.NOT_FOUND


def test_batch_answers_each_call_with_its_summary_or_its_status(serve: Serve) -> None:
    calls = [_call("a"), _call("b"), _call("c", "something else"), _call("d")]
    calls[1].turns[0].speaker = ""
    answers = list(serve().SummarizeBatch(SummarizeBatchRequest(calls=calls), timeout=60))
    assert sorted((a.index, a.call_id, a.WhichOneof("result")) for a in answers) == [
        (0, "a", "summary"),
        (1, "b", "error"),
        (2, "c", "summary"),
        (3, "d", "summary"),
    ]
    (error,) = (a.error for a in answers if a.call_id == "b")
    assert error.code == grpc.StatusCode.INVALID_ARGUMENT.value[0]
    assert "calls[1].turns[0].speaker" in error.message


def test_batch_is_refused_when_ids_repeat(serve: Serve) -> None:
    with pytest.raises(grpc.RpcError, match=r"calls\[1\]\.id") as refusal:
        list(serve().SummarizeBatch(SummarizeBatchRequest(calls=[_call("a"), _call("a")]), timeout=60))
    assert refusal.value.code() is grpc.StatusCode.INVALID_ARGUMENT


def test_stream_shows_restored_pieces_and_then_the_whole(serve: Serve) -> None:
    *pieces, last = serve().StreamSummarize(StreamSummarizeRequest(call=_call()), timeout=60)
    assert "".join(piece.delta for piece in pieces).endswith(TEXT.replace("<ID_1>", "46422"))
    assert len(pieces) > 2
    assert last.WhichOneof("event") == "summary"
    assert "46422" in last.summary.summary.summary.text


def test_stream_that_breaks_off_ends_with_a_status(serve: Serve) -> None:
    seen = []
    stub = serve(ScriptedUpstream(text="Yes, they were found.", script=[None, down()]))
    with pytest.raises(grpc.RpcError) as failure:
        for piece in stub.StreamSummarize(StreamSummarizeRequest(call=_call()), timeout=60):
            seen.append(piece.delta)
    assert seen == ["The "]
    assert failure.value.code() is grpc.StatusCode.UNAVAILABLE


async def _never() -> None:
    await asyncio.Event().wait()


def test_a_stream_ends_when_the_time_of_one_call_is_over(serve: Serve) -> None:
    stub = serve(ScriptedUpstream(text=TEXT, script=[_never]), deadline_s=0.05)
    with pytest.raises(grpc.RpcError) as raised:
        list(stub.StreamSummarize(StreamSummarizeRequest(call=_call()), timeout=60))
    assert (raised.value.code(), "no upstream" in raised.value.details()) == (grpc.StatusCode.DEADLINE_EXCEEDED, True)


def test_a_batch_is_asked_anew_when_it_says_so(serve: Serve) -> None:
    stub = serve()
    cached = []
    for refresh in (False, False, True):
        (answer,) = stub.SummarizeBatch(SummarizeBatchRequest(calls=[_call()], refresh=refresh), timeout=60)
        cached.append(answer.summary.cached)
    assert cached == [False, True, False]
