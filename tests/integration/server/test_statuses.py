"""Whatever is wrong with a call, over a real socket: the right status and a message that helps, in streams too."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

import grpc
import pytest
from google.rpc import error_details_pb2, status_pb2

from arf.kit.errors import InvalidRecord, NotFound, RateLimited
from arf.kit.server import Service, request_context
from arf.v1 import live_pb2, summarizer_service_pb2, teacher_service_pb2, transcript_pb2
from tests.helpers import raw_calls
from tests.helpers.servers import LoopThread, Running, api, start
from tests.helpers.tokens import Issuer, bearer

CODE = grpc.StatusCode

TEXT = "my card number is four one one one"

UNARY = "/arf.v1.TeacherService/Summarize"
STREAM = "/arf.v1.TeacherService/StreamSummarize"
LIVE = "/arf.v1.SummarizerService/StreamCall"
KINDS = (UNARY, STREAM, LIVE)


async def _behave(model: str) -> None:
    """What a request's `model`, or a segment's text, asks for."""
    if model == "sleep":
        await asyncio.sleep(3600)
    if model == "bug":
        raise ValueError(f"cannot summarise {TEXT}")
    if model == "missing":
        raise NotFound("no upstream of that name")
    if model == "field":
        raise InvalidRecord("call.turns", "two turns share an id")
    if model == "busy":
        raise RateLimited("the tenant asks too often", 1.5)
    if model == "stray":
        raise asyncio.CancelledError


async def summarize(request: Any, context: Any) -> Any:
    await _behave(request.model)
    if request.model == "abort":
        await context.abort(CODE.OUT_OF_RANGE, "by the servicer itself")
    return teacher_service_pb2.SummarizeResponse(upstream=f"{request_context().tenant} {request.call.tenant}")


async def stream_summarize(request: Any, context: Any) -> AsyncIterator[Any]:
    yield teacher_service_pb2.StreamSummarizeResponse(delta="one")
    await _behave(request.model)
    yield teacher_service_pb2.StreamSummarizeResponse(delta="two")


async def stream_call(requests: AsyncIterator[Any], context: Any) -> AsyncIterator[Any]:
    async for request in requests:
        await _behave(request.segment.text)
        yield summarizer_service_pb2.StreamCallResponse(ack=summarizer_service_pb2.Ack(sequence=request.sequence))


@pytest.fixture(scope="module")
def server(loop: LoopThread, issuer: Issuer) -> Iterator[Running]:
    apis = [
        api("teacher", Summarize=summarize, StreamSummarize=stream_summarize),
        api("summarizer", StreamCall=stream_call),
    ]
    limits = {"max_message_bytes": 200_000, "max_transcript_chars": 50_000, "deadline_s": 0.3, "max_deadline_s": 0.5}
    running = start(loop, Service("teacher", apis), jwks_file=issuer.jwks_file, max_stream_s=0.5, grace_s=0.1, **limits)
    yield running
    running.drain()


@pytest.fixture(scope="module")
def channel(server: Running) -> Iterator[grpc.Channel]:
    with grpc.insecure_channel(server.target) as channel:
        yield channel


Send = Callable[..., grpc.RpcError]


@pytest.fixture
def refused(channel: grpc.Channel, issuer: Issuer) -> Send:
    """Sends bytes to a method and gives the error that comes back."""

    def send(method: str, data: bytes, metadata: Any = None, timeout: float | None = 20) -> grpc.RpcError:
        metadata = bearer(issuer.token("submit")) if metadata is None else metadata
        with pytest.raises(grpc.RpcError) as caught:
            if method == UNARY:
                raw_calls.unary(channel, method)(data, timeout, metadata)
            elif method == STREAM:
                list(raw_calls.answers(channel, method)(data, timeout, metadata))
            else:
                list(raw_calls.stream(channel, method)(iter([_start(), data]), timeout, metadata))
        return caught.value

    return send


def _start() -> bytes:
    return summarizer_service_pb2.StreamCallRequest(start=live_pb2.StartCall(call_id="c1")).SerializeToString()


def request(method: str, *, behave: str = "", text: str = TEXT, call_id: str = "c1", tenant: str = "") -> bytes:
    """A request that keeps the rules, unless an argument breaks one."""
    if method == LIVE:
        segment = live_pb2.Segment(segment_id=call_id, text=behave or text)
        return summarizer_service_pb2.StreamCallRequest(segment=segment).SerializeToString()
    call = transcript_pb2.Call(id=call_id, tenant=tenant, turns=[transcript_pb2.Turn(text=text)])
    return teacher_service_pb2.SummarizeRequest(call=call, model=behave).SerializeToString()


def details(error: grpc.RpcError) -> status_pb2.Status:
    found = raw_calls.trailer(error)["grpc-status-details-bin"]
    return status_pb2.Status.FromString(found)


@pytest.mark.parametrize("method", KINDS)
def test_no_token_is_unauthenticated(refused: Send, method: str) -> None:
    error = refused(method, request(method), metadata=())

    assert error.code() == CODE.UNAUTHENTICATED
    assert "authorization: Bearer" in error.details()


@pytest.mark.parametrize("method", KINDS)
def test_an_expired_token_is_unauthenticated_and_said_to_be_expired(refused: Send, issuer: Issuer, method: str) -> None:
    error = refused(method, request(method), bearer(issuer.token("submit", expires_in=-60)))

    assert error.code() == CODE.UNAUTHENTICATED
    assert "expired" in error.details()


@pytest.mark.parametrize("method", KINDS)
def test_a_wrong_role_is_refused_and_the_right_one_named(refused: Send, issuer: Issuer, method: str) -> None:
    error = refused(method, request(method), bearer(issuer.token("read", "review")))

    assert error.code() == CODE.PERMISSION_DENIED
    assert "needs the role submit" in error.details()
    assert "read, review" in error.details()


@pytest.mark.parametrize("method", [UNARY, STREAM])
def test_another_tenant_is_refused_when_a_request_names_it(refused: Send, method: str) -> None:
    error = refused(method, request(method, tenant="globex"))

    assert error.code() == CODE.PERMISSION_DENIED
    assert error.details() == "call.tenant: the token is of tenant acme, not of this one"


@pytest.mark.parametrize("method", KINDS)
def test_over_the_message_size_is_resource_exhausted(refused: Send, method: str) -> None:
    error = refused(method, request(method, text="x" * 250_000))

    assert error.code() == CODE.RESOURCE_EXHAUSTED
    assert "over the limit of 200,000" in error.details()


@pytest.mark.parametrize("method", KINDS)
def test_far_over_the_message_size_is_resource_exhausted_by_grpc_itself(refused: Send, method: str) -> None:
    error = refused(method, request(method, text="x" * 1_000_000))

    assert error.code() == CODE.RESOURCE_EXHAUSTED
    assert "larger than max" in error.details()


@pytest.mark.parametrize("method", [UNARY, STREAM])
def test_more_items_than_rules_are_checked_for_is_resource_exhausted(refused: Send, method: str) -> None:
    call = transcript_pb2.Call(id="c1", turns=[transcript_pb2.Turn()] * 25_001)
    error = refused(method, teacher_service_pb2.SummarizeRequest(call=call).SerializeToString())

    assert error.code() == CODE.RESOURCE_EXHAUSTED
    assert "more than 25,000 turns" in error.details()


@pytest.mark.parametrize("method", [UNARY, STREAM])
def test_a_transcript_over_the_limit_is_invalid_and_says_how_long_it_is(refused: Send, method: str) -> None:
    call = transcript_pb2.Call(id="c1", turns=[transcript_pb2.Turn(text="x" * 20_000)] * 3)
    error = refused(method, teacher_service_pb2.SummarizeRequest(call=call).SerializeToString())

    assert error.code() == CODE.INVALID_ARGUMENT
    assert error.details().startswith("call.turns: 60,000 characters")


@pytest.mark.parametrize("method", KINDS)
def test_past_the_callers_deadline_is_deadline_exceeded(refused: Send, method: str) -> None:
    error = refused(method, request(method, behave="sleep"), timeout=0.1)

    assert error.code() == CODE.DEADLINE_EXCEEDED


@pytest.mark.parametrize("method", KINDS)
def test_without_a_deadline_the_default_one_holds(refused: Send, method: str) -> None:
    error = refused(method, request(method, behave="sleep"), timeout=None)

    assert error.code() == CODE.DEADLINE_EXCEEDED
    assert "no deadline was set" in error.details()


@pytest.mark.parametrize("method", KINDS)
def test_a_long_deadline_is_cut_to_the_longest_allowed(refused: Send, method: str) -> None:
    error = refused(method, request(method, behave="sleep"), timeout=3600)

    assert error.code() == CODE.DEADLINE_EXCEEDED
    assert "longest deadline that this server allows, 0.5 s" in error.details()


@pytest.mark.parametrize(
    ("method", "field"),
    [(UNARY, "call.turns[0].text"), (STREAM, "call.turns[0].text"), (LIVE, "segment.text")],
)
def test_invalid_utf8_is_invalid_and_its_field_named(refused: Send, method: str, field: str) -> None:
    good = request(method, text="12345678")
    error = refused(method, good.replace(b"12345678", b"1234\xff678"))

    assert error.code() == CODE.INVALID_ARGUMENT
    assert error.details() == f"{field}: not UTF-8 at byte 4 of its 8"


@pytest.mark.parametrize("method", KINDS)
@pytest.mark.parametrize("cut", [1, 3])
def test_a_malformed_message_is_invalid(refused: Send, method: str, cut: int) -> None:
    error = refused(method, request(method)[:-cut])

    assert error.code() == CODE.INVALID_ARGUMENT
    assert "are there" in error.details()


@pytest.mark.parametrize(("method", "field"), [(UNARY, "call.id"), (STREAM, "call.id"), (LIVE, "segment.segment_id")])
def test_a_broken_rule_is_invalid_and_its_field_in_the_details(refused: Send, method: str, field: str) -> None:
    error = refused(method, request(method, call_id="not an id"))
    bad = error_details_pb2.BadRequest()

    assert error.code() == CODE.INVALID_ARGUMENT
    assert details(error).details[0].Unpack(bad)
    assert [violation.field for violation in bad.field_violations] == [field]


@pytest.mark.parametrize(("count", "more"), [(200, "; and 192 more"), (2000, "")])
def test_many_broken_rules_still_fit_into_a_status(refused: Send, count: int, more: str) -> None:
    turns = [transcript_pb2.Turn(turn_id="not an id")] * count
    data = teacher_service_pb2.SummarizeRequest(call=transcript_pb2.Call(id="c", turns=turns)).SerializeToString()
    error = refused(UNARY, data)
    bad = error_details_pb2.BadRequest()

    assert error.code() == CODE.INVALID_ARGUMENT
    assert error.details().startswith("call.turns[0].turn_id: ")
    assert error.details().endswith(more)
    assert details(error).details[0].Unpack(bad)
    assert len(bad.field_violations) == (8 if more else 1)


@pytest.mark.parametrize("method", KINDS)
def test_an_unexpected_exception_is_internal_with_an_id_and_without_its_text(refused: Send, method: str) -> None:
    error = refused(method, request(method, behave="bug"))

    assert error.code() == CODE.INTERNAL
    assert error.details().startswith("internal error ")
    assert "card" not in str(error)


@pytest.mark.parametrize("method", KINDS)
def test_a_cancellation_that_a_servicer_lets_out_does_not_leave_the_caller_waiting(refused: Send, method: str) -> None:
    error = refused(method, request(method, behave="stray"))

    assert error.code() == CODE.INTERNAL


@pytest.mark.parametrize("method", KINDS)
def test_errors_of_the_domain_get_their_codes(refused: Send, method: str) -> None:
    assert refused(method, request(method, behave="missing")).code() == CODE.NOT_FOUND


@pytest.mark.parametrize("method", KINDS)
def test_an_error_that_names_a_field_has_it_in_the_details(refused: Send, method: str) -> None:
    bad = error_details_pb2.BadRequest()
    assert details(refused(method, request(method, behave="field"))).details[0].Unpack(bad)

    assert bad.field_violations[0].field == "call.turns"


@pytest.mark.parametrize("method", KINDS)
def test_an_error_that_says_when_to_come_again_says_so_to_client_and_to_grpc(refused: Send, method: str) -> None:
    error = refused(method, request(method, behave="busy"))
    retry = error_details_pb2.RetryInfo()

    assert error.code() == CODE.RESOURCE_EXHAUSTED
    assert details(error).details[0].Unpack(retry)
    assert retry.retry_delay.ToMilliseconds() == 1500
    assert raw_calls.trailer(error)["grpc-retry-pushback-ms"] == "1500"


def test_a_servicer_may_abort_by_itself_and_does_not_stay_in_flight(refused: Send, server: Running) -> None:
    error = refused(UNARY, request(UNARY, behave="abort"))
    label = "TeacherService/Summarize"

    assert (error.code(), error.details()) == (CODE.OUT_OF_RANGE, "by the servicer itself")
    while server.count("arf_teacher_requests_in_flight", method=label):
        time.sleep(0.01)
    assert server.count("arf_teacher_requests_total", method=label, code="UNKNOWN") == 1


@pytest.mark.parametrize("method", ["/arf.v1.TeacherService/Unknown", "/x"])
def test_an_unknown_method_is_unimplemented_and_counted_under_no_name_of_its_own(
    server: Running, channel: grpc.Channel, method: str
) -> None:
    def counted() -> float:
        return server.count("arf_teacher_requests_total", method="unknown", code="UNIMPLEMENTED")

    before = counted()
    with pytest.raises(grpc.RpcError) as caught:
        raw_calls.unary(channel, method)(b"", timeout=20)

    assert caught.value.code() == CODE.UNIMPLEMENTED
    assert counted() == before + 1


def test_a_good_call_gets_its_answer_and_the_tokens_tenant(channel: grpc.Channel, issuer: Issuer) -> None:
    answer = raw_calls.unary(channel, UNARY)(request(UNARY), timeout=20, metadata=bearer(issuer.token("submit")))

    assert teacher_service_pb2.SummarizeResponse.FromString(answer).upstream == "acme acme"


def test_what_came_before_an_error_in_a_stream_has_arrived(channel: grpc.Channel, issuer: Issuer) -> None:
    token = bearer(issuer.token("submit"))
    stream = raw_calls.stream(channel, LIVE)(iter([_start(), request(LIVE, call_id="not an id")]), 20, token)

    assert next(stream)
    with pytest.raises(grpc.RpcError):
        next(stream)


def test_calls_are_counted_by_method_and_code_and_none_stays_in_flight(
    channel: grpc.Channel, issuer: Issuer, refused: Send, server: Running
) -> None:
    def counts() -> list[float]:
        method = "TeacherService/Summarize"
        return [
            server.count("arf_teacher_requests_total", method=method, code="NOT_FOUND"),
            server.count("arf_teacher_errors_total", code="NOT_FOUND"),
            server.count("arf_teacher_request_seconds_count", method=method),
        ]

    before = counts()
    refused(UNARY, request(UNARY, behave="missing"))

    assert counts() == [count + 1 for count in before]
    assert server.count("arf_teacher_requests_in_flight", method="TeacherService/Summarize") == 0
