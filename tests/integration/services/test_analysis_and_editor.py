"""Analysis and editor as they are wired: real detectors and repair rules, SQLite below, gRPC between the two."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import grpc
import pytest

from arf.analysis import app as analysis_app
from arf.analysis.wiring import wire_analyzer
from arf.backbone import open_backbone
from arf.corpus.canonical import strip_gold
from arf.corpus.generator import generate
from arf.editor import app as editor_app
from arf.editor.revise import Editor
from arf.editor.targets import FixedTargets
from arf.flow import FINDINGS, REVISIONS, SUMMARIES
from arf.kit.bus import dlq
from arf.kit.bus.ids import stage_id
from arf.privacy.master_key import create_file
from arf.tasks.registry import load
from arf.v1.analysis_service_pb2 import AnalyzeRequest, CreateErrorProfileRequest
from arf.v1.analysis_service_pb2_grpc import AnalysisServiceStub
from arf.v1.editor_service_pb2 import DecideReviewRequest, ListReviewsRequest
from arf.v1.editor_service_pb2_grpc import EditorServiceStub
from arf.v1.finding_pb2 import Analysis
from arf.v1.review_pb2 import Review, ReviewVerdict
from arf.v1.revision_pb2 import Decision, Revision
from arf.v1.summary_pb2 import CallSummary, Summary
from arf.v1.transcript_pb2 import Call
from tests.helpers.sealing import Site
from tests.helpers.servers import Running
from tests.helpers.services import Run
from tests.helpers.stages import until

CALLS = 12

TASK = load("customer_service")
ANALYZER = wire_analyzer(TASK)


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    create_file(tmp_path / "master.key")
    for name, value in {
        "BUS": f"sqlite:{tmp_path}/bus.db",
        "DATABASE_URL": f"sqlite:///{tmp_path}/store.db",
        "MASTER_KEY_FILE": f"{tmp_path}/master.key",
        "EDITOR_MODEL": "none",
        "ANALYSIS_CACHE_DIR": f"{tmp_path}/analysis",
        "EDITOR_CACHE_DIR": f"{tmp_path}/editor",
    }.items():
        monkeypatch.setenv(f"ARF_{name}", value)
    backbone = open_backbone()
    yield Site(backbone.bus, backbone.database, backbone.sealer)
    backbone.close()


def _calls() -> list[tuple[Call, str]]:
    """Calls with summaries of which most are wrong: each has its neighbour's."""
    calls = list(generate(CALLS, 5))
    texts = [call.gold.summary for call in calls]
    return [(strip_gold(call), texts[(n + 1) % CALLS] if n % 3 else texts[n]) for n, call in enumerate(calls)]


def _submit(here: Site, call: Call, text: str) -> None:
    given = CallSummary(
        call_id=call.id, tenant=call.tenant, channel=call.channel, summary=Summary(text=text, model="teacher-1")
    )
    here.publish(SUMMARIES, call.tenant, call.id, stage_id("teacher", here.submit(call)), given)


def _by_call(messages: list[Any]) -> dict[str, Any]:
    assert len({m.call_id for m in messages}) == len(messages), "more than one record a call"
    return {m.call_id: m for m in messages}


def test_calls_go_through_both_services_as_through_the_batch_loop(here: Site, run: Run) -> None:
    given = _calls()
    analysis = run(analysis_app, "all")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ARF_EDITOR_ANALYSIS_ADDRESS", analysis.target)
        editor = run(editor_app, "all")
    for call, text in given:
        _submit(here, call, text)
    until(lambda: sum(1 for _ in here.bus.read(REVISIONS)) >= CALLS)
    analyses = _by_call(here.messages(FINDINGS, Analysis))
    revisions = _by_call(here.messages(REVISIONS, Revision))
    batch = Editor(TASK, ANALYZER, None, FixedTargets())

    for call, text in given:
        expected = asyncio.run(ANALYZER.analyze(call, text))
        assert analyses[call.id].SerializeToString(deterministic=True) == expected.SerializeToString(deterministic=True)
        (revision,) = asyncio.run(batch.revise_batch([(call, text, expected)]))
        assert revisions[call.id] == revision
    assert {Decision.DECISION_NOT_NEEDED, Decision.DECISION_ACCEPTED} <= {r.decision for r in revisions.values()}
    assert dlq.letters(here.bus) == []
    _profile(analysis, list(analyses.values()))
    _review(here, editor, revisions)


def test_the_analysis_starts_while_its_judge_is_away_and_says_that_it_is(
    here: Site, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ARF_ANALYSIS_JUDGE", "http://127.0.0.1:1/v1")
    (call,) = generate(1, 5)
    with grpc.insecure_channel(run(analysis_app, "api").target) as channel, pytest.raises(grpc.RpcError) as raised:
        AnalysisServiceStub(channel).Analyze(AnalyzeRequest(call=call, summary="It is so."), timeout=60)
    assert raised.value.code() == grpc.StatusCode.UNAVAILABLE


def _profile(analysis: Running, analyses: list[Analysis]) -> None:
    """The profile of what was committed counts it."""
    with grpc.insecure_channel(analysis.target) as channel:
        profile = AnalysisServiceStub(channel).CreateErrorProfile(CreateErrorProfileRequest(), timeout=120)
    assert (profile.model, profile.summaries) == ("teacher-1", CALLS)
    assert profile.clean.count == sum(not a.findings for a in analyses)


def _review(here: Site, editor: Running, revisions: dict[str, Revision]) -> None:
    """What needed review waits for a person, and goes on once that person has decided."""
    waiting = {call_id for call_id, r in revisions.items() if r.decision == Decision.DECISION_NEEDS_REVIEW}
    assert waiting, "the corpus of this test must leave something to people"
    with grpc.insecure_channel(editor.target) as channel:
        stub = EditorServiceStub(channel)

        def reviews() -> list[Review]:
            return list(stub.ListReviews(ListReviewsRequest(), timeout=60).reviews)

        until(lambda: len(reviews()) >= len(waiting))
        review = reviews()[0]
        verdict = ReviewVerdict.REVIEW_VERDICT_EDITED
        text = "The customer asked for help. The agent helped."
        request = DecideReviewRequest(name=review.name, verdict=verdict, text=text)
        decided = stub.DecideReview(request, timeout=120)
        assert {r.call_id for r in reviews()} == waiting
    last = [r for r in here.messages(REVISIONS, Revision) if r.call_id == review.call_id][-1]

    assert (decided.text, last.text, last.decision) == (text, text, Decision.DECISION_ACCEPTED)
    assert [f.type for f in decided.remaining] == [f.type for f in last.candidates[-1].findings]
