"""AnalysisService through the server of the kit: the domain's answers, tenants and statuses as the API says."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable

import grpc
import pytest

from arf.analysis.analyzer import Analyzer
from arf.analysis.committed import LoggedAnalyses
from arf.analysis.profile_store import SqlProfiles
from arf.analysis.profiles import Profiles
from arf.analysis.servicer import ROLES, AnalysisServicer
from arf.analysis.wiring import wire_analyzer
from arf.calls.subject import CALL
from arf.flow import FINDINGS
from arf.kit.bus.ids import stage_id
from arf.kit.server import Api, Service
from arf.kit.threads import Threads
from arf.tasks.detection import Subject
from arf.tasks.registry import load
from arf.v1.analysis_service_pb2 import (
    AnalyzeRequest,
    CreateErrorProfileRequest,
    GetErrorProfileRequest,
    ListErrorProfilesRequest,
)
from arf.v1.analysis_service_pb2_grpc import AnalysisServiceStub, add_AnalysisServiceServicer_to_server
from arf.v1.finding_pb2 import ErrorType, Finding
from arf.v1.transcript_pb2 import Call, Role, Turn
from tests.helpers.sealing import Site
from tests.helpers.services import Connect
from tests.unit.analysis.fakes import WordDetector, make_analyzer

FABRICATION, FORMAT = ErrorType.ERROR_TYPE_FABRICATION, ErrorType.ERROR_TYPE_FORMAT
Serve = Callable[..., AnalysisServiceStub]
TEXT = "We saw a drone. The agent will send it on 5 May."


@pytest.fixture
def serve(connect: Connect, here: Site) -> Serve:
    def run(analyzer: Analyzer) -> AnalysisServiceStub:
        log = LoggedAnalyses(here.bus, here.sealer)
        profiles = Profiles(log, SqlProfiles(here.database), here.sealer)
        profiling = Threads(1, "p")
        servicer = AnalysisServicer(analyzer, profiles, profiling)
        api = Api(add_AnalysisServiceServicer_to_server, servicer, ROLES, CALL)
        service = Service("analysis", apis=[api], closing=[profiling.close])
        return AnalysisServiceStub(connect(service))

    return run


def _call(call_id: str = "c1") -> Call:
    turns = [Turn(speaker="customer", text="where is it"), Turn(role=Role.ROLE_AGENT, text="I will send it on 6 May")]
    return Call(id=call_id, turns=turns)


def test_the_analysis_is_the_domains_own_with_turn_ids_filled_in(serve: Serve) -> None:
    analyzer = wire_analyzer(load("customer_service"))
    stub = serve(analyzer)
    whole = Call(
        id="c1",
        tenant="t",
        channel="unknown",
        language="en",
        turns=[
            Turn(turn_id="0", speaker="customer", role=Role.ROLE_CUSTOMER, text="where is it"),
            Turn(turn_id="1", speaker="agent", role=Role.ROLE_AGENT, text="I will send it on 6 May"),
        ],
    )
    answer = stub.Analyze(AnalyzeRequest(call=_call(), summary=TEXT), timeout=60)

    assert answer == asyncio.run(analyzer.analyze(whole, TEXT))
    assert answer.findings


def test_only_the_types_that_were_asked_for_are_reported(serve: Serve) -> None:
    stub = serve(make_analyzer(WordDetector("d", "drone", FABRICATION), WordDetector("w", "We", FORMAT)))
    both = stub.Analyze(AnalyzeRequest(call=_call(), summary=TEXT), timeout=60)
    one = stub.Analyze(AnalyzeRequest(call=_call(), summary=TEXT, types=[FORMAT]), timeout=60)

    assert [f.type for f in both.findings] == [FORMAT, FABRICATION]
    assert [f.type for f in one.findings] == [FORMAT]
    assert list(one.detectors) == list(both.detectors)


def test_the_field_is_named_when_turns_share_an_id(serve: Serve) -> None:
    call = _call()
    call.turns[0].turn_id = "1"
    with pytest.raises(grpc.RpcError) as raised:
        serve(make_analyzer()).Analyze(AnalyzeRequest(call=call, summary="x"), timeout=60)
    assert raised.value.code() == grpc.StatusCode.INVALID_ARGUMENT
    assert "call.turns[1].turn_id" in raised.value.details()


def test_others_are_answered_while_an_analysis_takes_its_time(serve: Serve) -> None:
    begun, go_on = threading.Event(), threading.Event()

    class Slow:
        id, types, languages = "slow@1", frozenset({FORMAT}), frozenset[str]()

        def detect(self, subject: Subject) -> list[Finding]:
            if subject.call.id == "slow":
                begun.set()
                assert go_on.wait(timeout=60)
            return []

    threads = Threads(2, "a")
    stub = serve(make_analyzer(Slow(), runner=threads))
    slow = stub.Analyze.future(AnalyzeRequest(call=_call("slow"), summary="x"), timeout=60)
    assert begun.wait(timeout=60)
    quick = stub.Analyze(AnalyzeRequest(call=_call("quick"), summary="x"), timeout=60)
    assert not slow.done()
    go_on.set()

    assert (quick.call_id, slow.result(timeout=60).call_id) == ("quick", "slow")
    asyncio.run(threads.close())


def test_profiles_are_created_read_and_listed_page_by_page(serve: Serve, here: Site) -> None:
    analyzer = make_analyzer(WordDetector("d", "drone", FABRICATION))
    stub = serve(analyzer)
    made = []
    for n in range(3):
        call = _call(f"c{n}")
        call.tenant = "t"
        here.publish(FINDINGS, "t", call.id, stage_id("analysis", call.id), asyncio.run(analyzer.analyze(call, TEXT)))
        made.append(stub.CreateErrorProfile(CreateErrorProfileRequest(examples=1), timeout=60))
    first = stub.ListErrorProfiles(ListErrorProfilesRequest(page_size=2), timeout=60)
    token = first.next_page_token
    rest = stub.ListErrorProfiles(ListErrorProfilesRequest(page_size=2, page_token=token), timeout=60)

    assert [p.summaries for p in made] == [1, 2, 3]
    assert [p.name for p in [*first.error_profiles, *rest.error_profiles]] == [p.name for p in reversed(made)]
    assert rest.next_page_token == ""
    assert stub.GetErrorProfile(GetErrorProfileRequest(name=made[0].name), timeout=60) == made[0]
    assert len(made[2].types[FABRICATION - 1].examples) == 1


@pytest.mark.parametrize(
    ("method", "request_", "code"),
    [
        ("CreateErrorProfile", CreateErrorProfileRequest(), grpc.StatusCode.FAILED_PRECONDITION),
        ("GetErrorProfile", GetErrorProfileRequest(name="errorProfiles/none"), grpc.StatusCode.NOT_FOUND),
        ("ListErrorProfiles", ListErrorProfilesRequest(page_token="?"), grpc.StatusCode.INVALID_ARGUMENT),
    ],
)
def test_the_status_says_what_is_wrong_when_there_is_no_profile(
    serve: Serve, method: str, request_: object, code: grpc.StatusCode
) -> None:
    stub = serve(make_analyzer())
    with pytest.raises(grpc.RpcError) as raised:
        getattr(stub, method)(request_, timeout=60)
    assert raised.value.code() == code
