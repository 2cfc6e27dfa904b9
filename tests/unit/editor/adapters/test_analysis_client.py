"""The editor's way to the analysis service: the same findings, tokens by tenant, and errors for what they are."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from arf.editor.adapters.analysis_client import AnalysisClient, AnalysisRefused, Tokens
from arf.kit.errors import Overloaded, TenantHeld, Unavailable
from arf.kit.server import Service, request_context
from arf.kit.server.channel import Peer
from arf.tasks.detection import Subject
from arf.v1.analysis_service_pb2 import AnalyzeRequest, ListErrorProfilesRequest, ListErrorProfilesResponse
from arf.v1.error_profile_pb2 import ErrorProfile
from arf.v1.finding_pb2 import Analysis, ErrorType, Finding
from arf.v1.transcript_pb2 import Call, Gold
from tests.helpers.servers import LoopThread, api, start
from tests.helpers.tokens import Issuer
from tests.unit.analysis.fakes import WordDetector, make_analyzer, make_call

OMISSION = ErrorType.ERROR_TYPE_OMISSION
TEXT = "A drone came."


class Missing:
    """Misses several things in every summary: findings that are in the order of their ids."""

    id, types, languages = "missing@1", frozenset({OMISSION}), frozenset[str]()

    def detect(self, subject: Subject) -> list[Finding]:
        return [Finding(type=OMISSION, sentence=-1, explanation=f"{what} is missing.") for what in "ABCDEF"]


ANALYZER = make_analyzer(WordDetector("d", "drone", ErrorType.ERROR_TYPE_FABRICATION), Missing())


class Analyses:
    """The method of a service that notes whom it answered; it fails as often as it is told."""

    def __init__(self, *errors: Exception) -> None:
        self.errors = list(errors)
        self.newest_first: list[ErrorProfile] = []
        self.asked: list[tuple[str, Call]] = []

    def profiles(self, request: ListErrorProfilesRequest) -> ListErrorProfilesResponse:
        """The newest first, page by page, without those of other tenants."""
        if self.errors:
            raise self.errors.pop(0)
        found = [p for p in self.newest_first if p.model == request_context().tenant]
        return ListErrorProfilesResponse(error_profiles=found[: request.page_size])

    async def __call__(self, request: AnalyzeRequest, context: object) -> Analysis:
        self.asked.append((request_context().tenant, request.call))
        if self.errors:
            raise self.errors.pop(0)
        return await ANALYZER.analyze(request.call, request.summary)


@dataclass
class Asking:
    """A client, asked from outside its event loop."""

    loop: LoopThread
    client: AnalysisClient

    def analyze(self, call: Call, summary: str) -> Analysis:
        return self.loop.run(self.client.analyze(call, summary))

    def newest_profile(self, tenant: str) -> ErrorProfile | None:
        return self.loop.run(self.client.newest_profile(tenant))


def analysis_of(call: Call, summary: str) -> Analysis:
    """What the service makes of it."""
    return asyncio.run(ANALYZER.analyze(call, summary))


Connect = Callable[..., Asking]


@pytest.fixture
def connect(loop: LoopThread) -> Iterator[Connect]:
    opened = []

    def run(method: Analyses, tokens: Path | None = None, **settings: object) -> Asking:
        async def analyze(request: AnalyzeRequest, context: object) -> Analysis:
            return await method(request, context)

        async def list_profiles(request: ListErrorProfilesRequest, context: object) -> ListErrorProfilesResponse:
            return method.profiles(request)

        methods = api("analysis", Analyze=analyze, ListErrorProfiles=list_profiles)
        running = start(loop, Service("analysis", apis=[methods]), role="api", **settings)

        async def make() -> AnalysisClient:
            return AnalysisClient(Peer(running.target, deadline_s=30.0), Tokens(tokens))

        client = loop.run(make())
        opened.append((client, running))
        return Asking(loop, client)

    yield run
    for client, running in opened:
        loop.run(client.close())
        running.drain()


def test_the_analysis_is_that_of_the_calls_tenant_when_nobody_asks_for_tokens(connect: Connect) -> None:
    call = make_call("where is it")
    analyses = Analyses()
    answer = connect(analyses, tenant="default").analyze(call, TEXT)

    assert answer == analysis_of(call, TEXT)
    assert [tenant for tenant, _ in analyses.asked] == ["default"]


def test_each_tenants_own_token_is_shown_when_there_is_a_folder(connect: Connect, tmp_path: Path) -> None:
    issuer = Issuer(tmp_path / "keys.json")
    tokens = tmp_path / "tokens"
    tokens.mkdir()
    for tenant in ("t", "acme"):
        (tokens / tenant).write_text(issuer.token("submit", tenant=tenant) + "\n", encoding="utf-8")
    analyses = Analyses()
    client = connect(analyses, tokens, jwks_file=issuer.jwks_file)
    other = make_call("where is it", call_id="c2")
    other.tenant = "acme"

    assert client.analyze(make_call("where is it"), TEXT) == analysis_of(make_call("where is it"), TEXT)
    assert client.analyze(other, TEXT).tenant == "acme"
    assert [tenant for tenant, _ in analyses.asked] == ["t", "acme"]


def test_a_missing_or_bad_token_is_no_fault_of_the_call(connect: Connect, tmp_path: Path) -> None:
    issuer = Issuer(tmp_path / "keys.json")
    tokens = tmp_path / "tokens"
    tokens.mkdir()
    client = connect(Analyses(), tokens, jwks_file=issuer.jwks_file)
    with pytest.raises(TenantHeld, match="no token for tenant t"):
        client.analyze(make_call("x"), TEXT)
    for bad in (issuer.token("read", tenant="t"), issuer.token("submit", tenant="t", expires_in=-60)):
        (tokens / "t").write_text(bad, encoding="utf-8")
        with pytest.raises(TenantHeld):
            client.analyze(make_call("x"), TEXT)
    (tokens / "t").write_text(issuer.token("submit", tenant="t"), encoding="utf-8")

    assert client.analyze(make_call("x"), TEXT).call_id == "c1"


def test_it_asks_again_when_the_service_is_away_for_a_moment(connect: Connect) -> None:
    analyses = Analyses(Unavailable("down"), Overloaded("full", 0.1))
    assert connect(analyses).analyze(make_call("x"), TEXT).findings
    assert len(analyses.asked) == 3


def test_an_outage_is_told_as_one(connect: Connect) -> None:
    with pytest.raises(Unavailable, match="analysis: UNAVAILABLE"):
        connect(Analyses(*[Unavailable("down")] * 9)).analyze(make_call("x"), TEXT)


def test_what_the_service_refuses_is_not_asked_again(connect: Connect) -> None:
    analyses = Analyses()
    with pytest.raises(AnalysisRefused, match="summary"):
        connect(analyses).analyze(make_call("x"), "")
    analyses = Analyses(*[ValueError("bug")] * 9)
    with pytest.raises(AnalysisRefused, match="INTERNAL"):
        connect(analyses).analyze(make_call("x"), TEXT)
    assert len(analyses.asked) == 1


def test_gold_never_leaves(connect: Connect) -> None:
    call = make_call("x")
    call.gold.CopyFrom(Gold(summary="the truth"))
    call.reference_summaries.append("a person's")
    analyses = Analyses()
    connect(analyses).analyze(call, TEXT)
    ((_, sent),) = analyses.asked

    assert not sent.HasField("gold")
    assert not sent.reference_summaries
    assert call.HasField("gold")


def test_the_newest_profile_is_the_tenants_own(connect: Connect, tmp_path: Path) -> None:
    issuer = Issuer(tmp_path / "keys.json")
    tokens = tmp_path / "tokens"
    tokens.mkdir()
    for tenant in ("t", "acme", "new"):
        (tokens / tenant).write_text(issuer.token("submit", tenant=tenant), encoding="utf-8")
    analyses = Analyses(Unavailable("down"))
    analyses.newest_first = [ErrorProfile(model=m, name=n) for m, n in (("acme", "3"), ("t", "2"), ("t", "1"))]
    client = connect(analyses, tokens, jwks_file=issuer.jwks_file)

    found = {tenant: client.newest_profile(tenant) for tenant in ("t", "acme", "new")}
    assert {tenant: profile and profile.name for tenant, profile in found.items()} == {
        "t": "2",
        "acme": "3",
        "new": None,
    }
