"""The teacher as it is wired: SQLite below, an upstream on real HTTP behind, gRPC and the bus before it."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import AbstractAsyncContextManager
from pathlib import Path

import grpc
import pytest
from sqlalchemy import select

from arf.backbone import open_backbone
from arf.corpus.canonical import strip_gold
from arf.corpus.generator import generate
from arf.flow import SUMMARIES
from arf.kit.bus import dlq
from arf.kit.errors import InvalidRecord
from arf.kit.metrics import Metrics
from arf.kit.server import ServerSettings
from arf.privacy.master_key import create_file
from arf.privacy.redaction.redactor import POLICY
from arf.teacher import app
from arf.teacher.budgets_sql import SqlBudgets
from arf.teacher.store import teacher_answer
from arf.v1.summary_pb2 import CallSummary
from arf.v1.teacher_service_pb2 import SummarizeRequest
from arf.v1.teacher_service_pb2_grpc import TeacherServiceStub
from tests.helpers.fake_upstream import Act, FakeUpstream, serving
from tests.helpers.sealing import Site
from tests.helpers.servers import LoopThread
from tests.helpers.services import Run
from tests.helpers.stages import until

CALLS = 12


@pytest.fixture
def upstream(loop: LoopThread) -> Iterator[FakeUpstream]:
    served: AbstractAsyncContextManager[FakeUpstream] = serving(FakeUpstream())
    yield loop.run(served.__aenter__())
    loop.run(served.__aexit__(None, None, None))


@pytest.fixture
def here(tmp_path: Path, upstream: FakeUpstream, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    create_file(tmp_path / "master.key")
    prices = {"prompt_micros": 1_000_000, "completion_micros": 2_000_000}
    fake = {"name": "fake", "kind": "openai", "model": "m", "url": f"{upstream.url}/v1"}
    for name, value in {
        "BUS": f"sqlite:{tmp_path}/bus.db",
        "DATABASE_URL": f"sqlite:///{tmp_path}/store.db",
        "MASTER_KEY_FILE": f"{tmp_path}/master.key",
        "TEACHER_UPSTREAMS": json.dumps([fake | prices]),
        "KEY_CACHE_TTL": "0.1",
        "TEACHER_CACHE": "database",
        "TEACHER_CACHE_DIR": f"{tmp_path}/teacher",
        "TEACHER_BACKOFF_S": "0.01",
        "TEACHER_BREAKER_COOLDOWN_S": "0.05",
        "TEACHER_LIMITS": json.dumps({"budget_micros": 1_000_000}),
    }.items():
        monkeypatch.setenv(f"ARF_{name}", value)
    backbone = open_backbone()
    yield Site(backbone.bus, backbone.database, backbone.sealer)
    backbone.close()


def test_every_call_of_the_bus_gets_its_summary_through_an_outage(here: Site, run: Run, upstream: FakeUpstream) -> None:
    # Enough to open the breaker; each more doubles the time until it is tried again, up to a quarter of a minute.
    upstream.acts = [Act(503), Act(429, {"Retry-After": "0"}), Act(drop=True), *[Act(500)] * 8]
    run(app, "worker")
    given = [strip_gold(call) for call in generate(CALLS, 5)]
    for call in given:
        here.submit(call)
    until(lambda: sum(1 for _ in here.bus.read(SUMMARIES)) >= CALLS)
    made = here.messages(SUMMARIES, CallSummary)

    assert sorted(m.call_id for m in made) == sorted(call.id for call in given)
    assert {(m.summary.model, m.redaction_policy) for m in made} == {("m", POLICY)}
    assert dlq.letters(here.bus) == []


def test_replicas_share_cache_and_budget_and_give_the_budget_back_when_they_stop(
    here: Site, run: Run, upstream: FakeUpstream
) -> None:
    (call,) = generate(1, 5)
    first, second = run(app, "api"), run(app, "api")
    answers = []
    for replica in (first, second):
        with grpc.insecure_channel(replica.target) as channel:
            answers.append(TeacherServiceStub(channel).Summarize(SummarizeRequest(call=call), timeout=60))
        until(lambda: here.database.read(lambda c: c.execute(select(teacher_answer)).all()) != [])
    assert [answer.cached for answer in answers] == [False, True]
    assert answers[0].summary == answers[1].summary
    assert len(upstream.requests) == 1
    cost = answers[0].cost_micros
    usage = answers[0].summary.summary.usage
    assert cost == usage.prompt_tokens + 2 * usage.completion_tokens > 0
    assert first.drain()
    period = time.strftime("%Y-%m", time.gmtime())
    balance = SqlBudgets(here.database).balance("demo", period)
    assert (balance.settled, balance.leased) == (cost, 0)


def test_forgotten_call_is_asked_for_again_rather_than_read_from_the_cache(
    here: Site, run: Run, upstream: FakeUpstream
) -> None:
    (call,) = generate(1, 5)
    replica = run(app, "api")
    with grpc.insecure_channel(replica.target) as channel:
        stub = TeacherServiceStub(channel)
        stub.Summarize(SummarizeRequest(call=call), timeout=60)
        assert stub.Summarize(SummarizeRequest(call=call), timeout=60).cached
        here.sealer.forget("demo", call.id)
        until(lambda: not stub.Summarize(SummarizeRequest(call=call), timeout=60).cached)


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("ARF_TEACHER_UPSTREAMS", '[{"name": "x", "kind": "openai"}]'),
        ("ARF_TEACHER_UPSTREAMS", "[]"),
        ("ARF_TEACHER_LIMITS", '{"requests_per_second": 3}'),
        ("ARF_TEACHER_CACHE", "disk"),
    ],
)
def test_wrong_setting_is_named_and_nothing_starts(
    loop: LoopThread, here: Site, monkeypatch: pytest.MonkeyPatch, variable: str, value: str
) -> None:
    monkeypatch.setenv(variable, value)
    with pytest.raises(InvalidRecord, match=variable):
        loop.run(app.build(ServerSettings(role="api"), Metrics("test")))
