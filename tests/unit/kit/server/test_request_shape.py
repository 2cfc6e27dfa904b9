"""What is read of requests by their descriptors."""

from __future__ import annotations

import pytest
from google.protobuf.message import Message
from google.protobuf.timestamp_pb2 import Timestamp

from arf.calls.subject import CALL
from arf.kit.errors import InvalidRequest, PermissionDenied, TooLarge
from arf.kit.server.request_shape import RequestShape
from arf.v1.analysis_service_pb2 import CreateErrorProfileRequest
from arf.v1.editor_service_pb2 import ReviseBatchRequest, ReviseRequest
from arf.v1.finding_pb2 import Analysis, Finding
from arf.v1.live_pb2 import Segment, StartCall
from arf.v1.record_filter_pb2 import RecordFilter
from arf.v1.summarizer_service_pb2 import StreamCallRequest
from arf.v1.teacher_service_pb2 import SummarizeBatchRequest, SummarizeRequest
from arf.v1.transcript_pb2 import Call, Turn


def shape(request: Message) -> RequestShape:
    return RequestShape.of(request.DESCRIPTOR, CALL)  # type: ignore[arg-type]  # upb's


def test_an_empty_tenant_becomes_the_tokens_wherever_one_belongs() -> None:
    request = ReviseBatchRequest(requests=[ReviseRequest(call=Call(), analysis=Analysis()), ReviseRequest(call=Call())])
    shape(request).claim(request, "acme")

    assert [item.call.tenant for item in request.requests] == ["acme", "acme"]
    assert request.requests[0].analysis.tenant == "acme"
    assert not request.requests[1].HasField("analysis")


def test_another_tenant_is_refused_and_its_place_named() -> None:
    request = SummarizeBatchRequest(calls=[Call(tenant="acme"), Call(tenant="globex")])

    with pytest.raises(PermissionDenied, match=r"^calls\[1\]\.tenant: "):
        shape(request).claim(request, "acme")


def test_the_other_tenant_is_not_told_to_whoever_names_it() -> None:
    request = SummarizeRequest(call=Call(tenant="globex"))

    with pytest.raises(PermissionDenied) as refused:
        shape(request).claim(request, "acme")
    assert "globex" not in refused.value.message


def test_the_longest_transcript_is_allowed_and_one_character_more_is_not() -> None:
    request = SummarizeBatchRequest(calls=[Call(turns=[Turn(text="é" * 6), Turn(text="four")])])
    shape(request).limit(request, 10)

    with pytest.raises(InvalidRequest, match=r"^calls\[0\]\.turns: 10 characters"):
        shape(request).limit(request, 9)


@pytest.mark.parametrize(
    ("request_", "call_id"),
    [
        (SummarizeRequest(call=Call(id="c1")), "c1"),
        (SummarizeRequest(), None),
        (SummarizeBatchRequest(calls=[Call(id="c1")]), None),
        (StreamCallRequest(start=StartCall(call_id="c2")), "c2"),
        (StreamCallRequest(segment=Segment(segment_id="s1")), None),
    ],
)
def test_the_one_call_that_a_request_is_about_is_known(request_: Message, call_id: str | None) -> None:
    assert shape(request_).subject_id(request_) == (None if call_id is None else ("call_id", call_id))


def test_nothing_is_bounded_or_logged_when_an_api_has_no_subject() -> None:
    request = SummarizeRequest(call=Call(id="c1", turns=[Turn(text="a long one")]))
    without = RequestShape.of(request.DESCRIPTOR, None)  # type: ignore[arg-type]  # upb's
    without.limit(request, 1)
    assert without.subject_id(request) is None


def test_items_of_all_lists_are_counted_within_lists_too_and_one_more_than_allowed_is_refused() -> None:
    calls = [Call(turns=[Turn()] * 3, reference_summaries=["one"]), Call(turns=[Turn()] * 2)]
    request = SummarizeBatchRequest(calls=calls)

    assert shape(request).count(request, 8) == 8
    with pytest.raises(TooLarge, match="more than 7 turns"):
        shape(request).count(request, 7)


def test_texts_in_a_list_within_a_list_of_messages_are_items() -> None:
    request = ReviseRequest(analysis=Analysis(findings=[Finding(turn_ids=["1", "2"]), Finding(turn_ids=["3"])]))

    assert shape(request).count(request, 100) == 5


@pytest.mark.parametrize(
    "time", [Timestamp(nanos=-1), Timestamp(nanos=10**9), Timestamp(seconds=2**62), Timestamp(seconds=-(2**40))]
)
def test_a_time_that_no_clock_has_is_invalid_and_named(time: Timestamp) -> None:
    wanted = CreateErrorProfileRequest(filter=RecordFilter(end_time=time))
    with pytest.raises(InvalidRequest, match=r"^filter\.end_time: is not a valid time"):
        shape(wanted).check_times(wanted)

    start = StreamCallRequest(start=StartCall(started_at=time))
    with pytest.raises(InvalidRequest, match=r"^start\.started_at: "):
        shape(start).check_times(start)


def test_any_time_that_is_one_is_allowed() -> None:
    wanted = CreateErrorProfileRequest(filter=RecordFilter(start_time=Timestamp(), end_time=Timestamp(seconds=10**9)))
    shape(wanted).check_times(wanted)
