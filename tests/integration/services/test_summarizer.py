"""The summarizer as it is wired: SQLite below, gRPC before it, a fake engine behind."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import grpc
import pytest

from arf.backbone import open_backbone
from arf.flow import ADAPTERS, CALLS, LIVE, LIVE_CALLS, SEGMENTS
from arf.inference.port import Request
from arf.kit.bus.headers import SOURCE
from arf.kit.bus.port import Message
from arf.privacy.master_key import create_file
from arf.summarizer import app
from arf.v1.live_pb2 import StartCall
from arf.v1.routing_table_pb2 import Route, RoutingTable
from arf.v1.summarizer_service_pb2 import ResumeCall, StreamCallRequest, SummarizerServiceSummarizeRequest
from arf.v1.summarizer_service_pb2_grpc import SummarizerServiceStub
from arf.v1.transcript_pb2 import Call, Turn
from tests.helpers.fake_model import FakeModel, FakeModels, down, refused
from tests.helpers.live_client import CORRECTION, FINAL, PARTIAL, LiveStream, segment
from tests.helpers.sealing import Site
from tests.helpers.services import Run
from tests.helpers.stages import until

TENANT = "demo"
KEY_CACHE_S = 0.1
CODE = grpc.StatusCode
START = StreamCallRequest(start=StartCall(call_id="c-1"))
Open = Callable[..., LiveStream]


def told(request: Request) -> str:
    """The fake engine's summary: the last thing that was said, as it was shown it."""
    return f"The customer said {request.prompt.messages[-1].content.splitlines()[-2].partition(': ')[2]}."


@pytest.fixture
def engine(monkeypatch: pytest.MonkeyPatch) -> FakeModel:
    model = FakeModel(told)
    monkeypatch.setattr(app, "open_model", FakeModels(**{"fake-model": model}))
    return model


@pytest.fixture
def here(tmp_path: Path, engine: FakeModel, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    create_file(tmp_path / "master.key")
    for name, value in {
        "BUS": f"sqlite:{tmp_path}/bus.db",
        "DATABASE_URL": f"sqlite:///{tmp_path}/store.db",
        "MASTER_KEY_FILE": f"{tmp_path}/master.key",
        "KEY_CACHE_TTL": str(KEY_CACHE_S),
        "SUMMARIZER_MODEL": "fake-model",
        "SUMMARIZER_SETTLE": "0.05",
        "SUMMARIZER_EVERY": "0.1",
        "SUMMARIZER_LATENESS": "1.5",
    }.items():
        monkeypatch.setenv(f"ARF_{name}", value)
    backbone = open_backbone()
    yield Site(backbone.bus, backbone.database, backbone.sealer)
    backbone.close()


@pytest.fixture
def stream(here: Site, run: Run) -> Iterator[Open]:
    """Opens streams to a summarizer that does everything, or to the target of another one."""
    running = run(app, "all")
    with ExitStack() as closing:

        def opened(first: StreamCallRequest = START, target: str = "") -> LiveStream:
            channel = closing.enter_context(grpc.insecure_channel(target or running.target))
            made = LiveStream(channel, first)
            closing.callback(made.cut)
            return made

        yield opened


def test_a_live_call_gets_summaries_while_it_goes_on_and_its_final_one_when_it_ends(here: Site, stream: Open) -> None:
    call = stream()
    call.say(
        segment(0, "Hello", speaker="agent"), segment(1, "My par", final=False), segment(1, "My parcel is late", 1)
    )
    call.until(lambda: any(update.covered_through == "s-1" for update in call.updates))
    call.say(segment(2, "It came"))
    call.end()
    call.done()

    assert call.error is None
    assert [ack.sequence for ack in call.acks] == list(range(1, 7))
    assert call.acks[-1].segment_id == "s-2"
    assert {update.kind for update in call.updates[:-1]} == {PARTIAL}
    assert call.updates[-1] == call.final
    assert (call.final.text, call.final.covered_through) == ("The customer said It came.", "s-2")
    assert call.final.fields.reason
    assert [update.revision for update in call.updates] == list(range(1, len(call.updates) + 1))
    (transcript,) = here.messages(CALLS, Call)
    assert [turn.text for turn in transcript.turns] == ["Hello", "My parcel is late", "It came"]
    assert [record.headers[SOURCE] for record in here.bus.read(CALLS)] == ["live"]


def test_a_segment_that_comes_after_the_end_corrects_the_final_summary(stream: Open) -> None:
    call = stream()
    call.say(segment(0, "My parcel is late"))
    call.end()
    call.until(lambda: any(update.kind == FINAL for update in call.updates))
    call.say(segment(1, "Thank you"))
    call.done()
    assert [(update.kind, update.covered_through) for update in call.updates[-2:]] == [
        (FINAL, "s-0"),
        (CORRECTION, "s-1"),
    ]


def test_a_client_that_was_cut_off_goes_on_at_another_replica_and_misses_nothing(
    here: Site, stream: Open, run: Run
) -> None:
    call = stream()
    call.say(segment(0, "My parcel is late"))
    call.until(lambda: len(call.updates) == 1)
    call.say(segment(1, "It is blue", final=False))
    call.until(lambda: call.acks[-1].segment_id == "s-1")
    call.cut()
    other = run(app, "api").target
    known = ResumeCall(call_id="c-1", acknowledged_segment_id="s-1", revision=0)
    again = stream(StreamCallRequest(resume=known), other)
    again.say(segment(1, "It is blue"), segment(2, "Thanks"))
    again.end()
    again.done()
    assert again.error is None
    assert again.updates[0] == call.updates[0]
    assert again.updates[-1].kind == FINAL
    assert [update.revision for update in again.updates] == list(range(1, len(again.updates) + 1))


@pytest.mark.parametrize(
    ("resume", "code"),
    [
        (ResumeCall(call_id="c-9"), CODE.NOT_FOUND),
        (ResumeCall(call_id="c-1", acknowledged_segment_id="s-77"), CODE.DATA_LOSS),
    ],
)
def test_a_call_that_cannot_be_resumed_is_refused(stream: Open, resume: ResumeCall, code: CODE) -> None:
    call = stream()
    call.say(segment(0, "My parcel is late"))
    call.until(lambda: len(call.updates) == 1)
    assert stream(StreamCallRequest(resume=resume)).done().error.code() == code


def test_a_closed_call_cannot_be_resumed(stream: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("arf.summarizer.schedule._UNDER_WAY_MS", 0)
    call = stream()
    call.say(segment(0, "My parcel is late"))
    call.end()
    call.done()
    until(lambda: stream(StreamCallRequest(resume=ResumeCall(call_id="c-1"))).done().error.code() == CODE.NOT_FOUND)


def test_a_stream_begins_with_its_call_and_stays_with_it(stream: Open) -> None:
    call = stream(StreamCallRequest(segment=segment(0, "Hello")))
    assert call.done().error.code() == CODE.INVALID_ARGUMENT
    call = stream()
    call.send(StreamCallRequest(resume=ResumeCall(call_id="c-1")))
    assert call.done().error.code() == CODE.INVALID_ARGUMENT


def test_final_summaries_wait_for_the_engine_and_come_when_it_is_back(engine: FakeModel, stream: Open) -> None:
    engine.script = [down()] * 4
    call = stream()
    call.say(segment(0, "My parcel is late"))
    call.end()
    call.done()
    assert [update.kind for update in call.updates] == [FINAL]
    assert call.final.text == "The customer said My parcel is late."


def test_a_call_that_the_engine_refuses_still_has_its_final_summary(engine: FakeModel, stream: Open) -> None:
    engine.script = [refused()]
    call = stream()
    call.say(segment(0, "My parcel is late"))
    call.end()
    call.done()
    assert [(update.kind, update.text) for update in call.updates] == [(FINAL, "")]


def test_the_engine_sees_placeholders_that_are_stable_and_the_log_neither_text_nor_cards(
    here: Site, engine: FakeModel, stream: Open
) -> None:
    call = stream()
    call.say(segment(0, "My email is dana.smith@example.com"))
    call.until(lambda: len(call.updates) >= 1)
    call.say(segment(1, "The card is 4111 1111 1111 1111"), segment(2, "Write to dana.smith@example.com"))
    call.end()
    call.done()
    shown = [prompt.messages[-1].content for prompt in engine.prompts]
    assert all("<EMAIL_1>" in text and "dana" not in text for text in shown)
    assert shown[-1].count("<EMAIL_1>") == 2
    assert call.final.text == "The customer said Write to dana.smith@example.com."
    assert {(request.session, request.cache_salt) for request in engine.requests} == {("demo/c-1", TENANT)}
    assert "4111" not in str(here.messages(CALLS, Call))
    for topic in (SEGMENTS, LIVE, LIVE_CALLS, CALLS):
        written = b"".join(record.value for record in here.bus.read(topic))
        assert written
        assert b"parcel" not in written
        assert b"dana" not in written
        assert b"4111" not in written


def test_a_forgotten_call_is_refused_and_dropped_with_its_state(
    here: Site, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ARF_SUMMARIZER_IDLE", "3")
    with grpc.insecure_channel(run(app, "all").target) as channel:
        call = LiveStream(channel, START)
        call.say(segment(0, "My parcel is late"))
        call.until(lambda: len(call.updates) == 1)
        here.sealer.forget(TENANT, "c-1")
        time.sleep(2 * KEY_CACHE_S)
        call.say(segment(1, "It came"))
        assert call.done().error.code() == CODE.NOT_FOUND
        until(lambda: not list(here.bus.read(LIVE_CALLS))[-1].value)
    assert len(list(here.bus.read(LIVE))) == 1
    assert list(here.bus.read(CALLS)) == []


def test_a_call_goes_to_the_adapter_of_the_routing_table(here: Site, run: Run, engine: FakeModel) -> None:
    table = RoutingTable(generation=1, routes=[Route(adapter="adapters/a-1", share_bp=10_000)])
    here.bus.publish([Message(ADAPTERS, f"{TENANT}/customer_service", table.SerializeToString(), {})])
    with grpc.insecure_channel(run(app, "all").target) as channel:
        call = LiveStream(channel, START)
        call.say(segment(0, "My parcel is late"))
        call.end()
        assert call.done().final.adapter == "adapters/a-1"
    assert {request.adapter for request in engine.requests} == {"adapters/a-1"}


def test_a_finished_call_is_summarised_on_request(here: Site, run: Run, engine: FakeModel) -> None:
    given = Call(id="c-1", turns=[Turn(speaker="customer", text="I am Dana Smith and my phone is 555 010 9999")])
    with grpc.insecure_channel(run(app, "api").target) as channel:
        stub = SummarizerServiceStub(channel)
        response = stub.Summarize(SummarizerServiceSummarizeRequest(call=given), timeout=60)
        assert "555 010 9999" in response.summary.summary.text
        assert "555 010 9999" not in engine.prompts[-1].messages[-1].content
        assert response.fields.reason
        engine.script = [down()]
        with pytest.raises(grpc.RpcError) as raised:
            stub.Summarize(SummarizerServiceSummarizeRequest(call=given), timeout=60)
        assert raised.value.code() == CODE.UNAVAILABLE
