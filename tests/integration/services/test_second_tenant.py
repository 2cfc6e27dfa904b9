"""The law of the second tenant at the API: what another tenant has under the same ids is as if it were not there."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Any

import grpc
import pytest
from google.protobuf.message import Message

import arf
from arf.analysis import app as analysis_app
from arf.analysis.servicer import ROLES as ANALYSIS_ROLES
from arf.backbone import open_backbone
from arf.corpus.canonical import strip_gold
from arf.corpus.generator import generate
from arf.editor import app as editor_app
from arf.editor.servicer import ROLES as EDITOR_ROLES
from arf.flow import FINDINGS, REVISIONS, SUMMARIES
from arf.kit.bus.ids import stage_id
from arf.kit.metrics import Metrics
from arf.kit.server import Role, ServerSettings
from arf.privacy.master_key import create_file
from arf.summarizer import app as summarizer_app
from arf.summarizer.servicer import ROLES as SUMMARIZER_ROLES
from arf.teacher import app as teacher_app
from arf.teacher.servicer import ROLES as TEACHER_ROLES
from arf.v1 import analysis_service_pb2 as analysis
from arf.v1 import editor_service_pb2 as editor
from arf.v1 import live_pb2 as live
from arf.v1 import summarizer_service_pb2 as summarizer
from arf.v1 import teacher_service_pb2 as teacher
from arf.v1.analysis_service_pb2_grpc import AnalysisServiceStub
from arf.v1.editor_service_pb2_grpc import EditorServiceStub
from arf.v1.finding_pb2 import Analysis
from arf.v1.review_pb2 import ReviewVerdict
from arf.v1.revision_pb2 import Decision, Revision
from arf.v1.summarizer_service_pb2_grpc import SummarizerServiceStub
from arf.v1.summary_pb2 import CallSummary, Summary
from arf.v1.teacher_service_pb2_grpc import TeacherServiceStub
from arf.v1.transcript_pb2 import Call
from tests.helpers.fake_upstream import FakeUpstream, serving
from tests.helpers.sealing import Site
from tests.helpers.servers import LoopThread, Running, start
from tests.helpers.stages import until
from tests.helpers.tokens import Issuer, bearer

ROOT = Path(next(iter(arf.__path__)))
FIRST, SECOND = "tenant-1", "tenant-2"
(CALL,) = (strip_gold(call) for call in generate(1, 5))
CALL.tenant = ""
REQUEST = "c5d1a6a2-0f3e-4c57-9d8e-0c1f7a3b5e21"
TEXT = "The customer asked for help. The agent sent a drone."


@pytest.fixture
def issuer(tmp_path: Path) -> Issuer:
    return Issuer(tmp_path / "jwks.json")


@pytest.fixture
def here(loop: LoopThread, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    create_file(tmp_path / "master.key")
    served: AbstractAsyncContextManager[FakeUpstream] = serving(FakeUpstream())
    upstream = loop.run(served.__aenter__())
    fake = {"name": "fake", "kind": "openai", "model": "m", "url": f"{upstream.url}/v1"}
    for name, value in {
        "BUS": f"sqlite:{tmp_path}/bus.db",
        "DATABASE_URL": f"sqlite:///{tmp_path}/store.db",
        "MASTER_KEY_FILE": f"{tmp_path}/master.key",
        "TEACHER_UPSTREAMS": json.dumps([fake | {"prompt_micros": 1_000_000, "completion_micros": 1_000_000}]),
        "TEACHER_LIMITS": json.dumps({"budget_micros": 1_000_000}),
        "EDITOR_MODEL": "none",
        "SUMMARIZER_MODEL": f"{upstream.url}/v1#m",
        "SUMMARIZER_LATENESS": "0.5",
    }.items():
        monkeypatch.setenv(f"ARF_{name}", value)
    backbone = open_backbone()
    yield Site(backbone.bus, backbone.database, backbone.sealer)
    backbone.close()
    loop.run(served.__aexit__(None, None, None))


@pytest.fixture
def serve(loop: LoopThread, issuer: Issuer) -> Iterator[Callable[[Any], Running]]:
    """Starts a service as it is wired, which asks for tokens."""
    started: list[Running] = []

    def begin(app: Any) -> Running:
        service = loop.run(app.build(ServerSettings(role="all"), Metrics("test")))
        started.append(start(loop, service, role="all", jwks_file=issuer.jwks_file))
        return started[-1]

    yield begin
    for running in started:
        assert running.drain()


class Asked:
    """One tenant's requests to a service; notes which methods were called, and gives answers as text."""

    def __init__(self, stub: Any, token: str) -> None:
        self.called: set[str] = set()
        self.last: Any = None
        self._stub, self._token = stub, token

    def ask(self, method: str, request: Message | Sequence[Message]) -> str:
        """What comes, or how it is refused, less names of tenants and what is drawn or timed."""
        self.called.add(method)
        try:
            sent = request if isinstance(request, Message) else iter(request)
            self.last = getattr(self._stub, method)(sent, timeout=60, metadata=bearer(self._token))
            if not isinstance(self.last, Message):
                self.last = list(self.last)
            shown = str(self.last)
        except grpc.RpcError as error:
            shown = f"{error.code()}: {error.details()}"
        shown = re.sub(r"(reviews/|errorProfiles/)[\w.:-]+", r"\1NAME", shown.replace(FIRST, "T").replace(SECOND, "T"))
        return re.sub(r"(seconds|nanos|created_at|etag|profile_id|finding_id): .*", r"\1", shown)


Names = dict[str, str]
"""Of each tenant, a resource that it has and another one may ask for."""


def _teacher(here: Site, asked: Asked, tenant: str, names: Names) -> Iterator[str]:
    yield asked.ask("Summarize", teacher.SummarizeRequest(call=CALL))
    yield asked.ask("Summarize", teacher.SummarizeRequest(call=CALL))
    yield asked.ask("StreamSummarize", teacher.StreamSummarizeRequest(call=CALL))
    yield asked.ask("SummarizeBatch", teacher.SummarizeBatchRequest(calls=[CALL]))


def _analysis(here: Site, asked: Asked, tenant: str, names: Names) -> Iterator[str]:
    call = Call()
    call.CopyFrom(CALL)
    call.tenant = tenant
    text = Summary(text=TEXT, model=f"model of {tenant}")
    create = analysis.CreateErrorProfileRequest(request_id=REQUEST)
    yield asked.ask("CreateErrorProfile", create)
    before = sum(1 for _ in here.bus.read(FINDINGS))
    given = CallSummary(call_id=call.id, tenant=tenant, channel=call.channel, summary=text)
    here.publish(SUMMARIES, tenant, call.id, stage_id("teacher", here.submit(call)), given)
    until(lambda: sum(1 for _ in here.bus.read(FINDINGS)) > before)
    yield asked.ask("CreateErrorProfile", create)
    names[tenant] = asked.last.name
    yield asked.ask("ListErrorProfiles", analysis.ListErrorProfilesRequest())
    yield asked.ask("GetErrorProfile", analysis.GetErrorProfileRequest(name=asked.last.error_profiles[0].name))
    for name in names.get(_other(tenant), "errorProfiles/nobodys"), names[tenant]:
        yield asked.ask("GetErrorProfile", analysis.GetErrorProfileRequest(name=name))
    yield asked.ask("Analyze", analysis.AnalyzeRequest(call=CALL, summary=TEXT))


def _editor(here: Site, asked: Asked, tenant: str, names: Names) -> Iterator[str]:
    wanted = Decision.DECISION_NEEDS_REVIEW
    revision = Revision(call_id=CALL.id, tenant=tenant, channel="phone", original=TEXT, decision=wanted, accepted=-1)
    yield asked.ask("ListReviews", editor.ListReviewsRequest())
    here.publish(REVISIONS, tenant, CALL.id, f"{tenant}-1", revision)
    until(lambda: len(asked.ask("ListReviews", editor.ListReviewsRequest())) > 0 and len(asked.last.reviews) > 0)
    yield asked.ask("ListReviews", editor.ListReviewsRequest())
    names[tenant] = asked.last.reviews[0].name
    original = ReviewVerdict.REVIEW_VERDICT_ORIGINAL
    for name in names.get(_other(tenant), "reviews/nobodys"), names[tenant]:
        yield asked.ask("GetReview", editor.GetReviewRequest(name=name))
        yield asked.ask("DecideReview", editor.DecideReviewRequest(name=name, verdict=original, request_id=REQUEST))
    yield asked.ask("ListReviews", editor.ListReviewsRequest())
    clean = editor.ReviseRequest(call=CALL, analysis=Analysis(call_id=CALL.id, summary=TEXT))
    yield asked.ask("Revise", clean)
    yield asked.ask("ReviseBatch", editor.ReviseBatchRequest(requests=[clean]))


def _summarizer(here: Site, asked: Asked, tenant: str, names: Names) -> Iterator[str]:
    yield asked.ask("Summarize", summarizer.SummarizerServiceSummarizeRequest(call=CALL))
    start, end = live.StartCall(call_id=CALL.id), live.EndCall()
    said = live.Segment(segment_id="s-1", speaker="customer", text=f"I am of {tenant}", is_final=True)
    unknown = summarizer.ResumeCall(call_id=CALL.id, acknowledged_segment_id="s-1")
    yield asked.ask("StreamCall", [summarizer.StreamCallRequest(resume=unknown)])
    events = ({"start": start}, {"segment": said}, {"end": end})
    yield asked.ask("StreamCall", [summarizer.StreamCallRequest(**event) for event in events])


def _other(tenant: str) -> str:
    return SECOND if tenant == FIRST else FIRST


SERVICES: dict[str, tuple[Any, Any, Mapping[str, object], Callable[..., Iterator[str]]]] = {
    "teacher": (teacher_app, TeacherServiceStub, TEACHER_ROLES, _teacher),
    "analysis": (analysis_app, AnalysisServiceStub, ANALYSIS_ROLES, _analysis),
    "editor": (editor_app, EditorServiceStub, EDITOR_ROLES, _editor),
    "summarizer": (summarizer_app, SummarizerServiceStub, SUMMARIZER_ROLES, _summarizer),
}
"""Each service, and what a tenant asks of it: every method is among that."""


@pytest.mark.parametrize("service", SERVICES)
def test_answers_are_those_of_a_tenant_alone_when_another_has_the_same_ids(
    here: Site, serve: Callable[[Any], Running], issuer: Issuer, service: str
) -> None:
    app, stub, roles, script = SERVICES[service]
    names: Names = {}
    with grpc.insecure_channel(serve(app).target) as channel:
        alone, beside = (Asked(stub(channel), issuer.token(*Role, tenant=tenant)) for tenant in (FIRST, SECOND))
        first = list(script(here, alone, FIRST, names))
        second = list(script(here, beside, SECOND, names))
    assert second == first
    assert beside.called == set(roles)
    assert any("StatusCode" not in answer for answer in first)


def test_every_service_is_tried() -> None:
    assert set(SERVICES) == {path.parent.name for path in ROOT.glob("*/servicer.py")}
