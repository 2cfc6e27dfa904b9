"""One call through the services and through the batch loop: the same Analysis and the same Revision, byte for byte.

The model is a fake, all else is as `app.build` and `run_loop` wire it, with gRPC between editor and analysis.
"""

from __future__ import annotations

import asyncio
import io
from collections.abc import Iterator
from pathlib import Path

import grpc
import pytest
from rich.console import Console

from arf.analysis import app as analysis_app
from arf.backbone import open_backbone
from arf.calls import records
from arf.corpus.canonical import strip_gold
from arf.corpus.generator import generate
from arf.editor import app as editor_app
from arf.flow import FINDINGS, REVISIONS, SUMMARIES
from arf.inference.port import Request
from arf.kit.bus.ids import stage_id
from arf.loop import models
from arf.loop.config import RunConfig
from arf.loop.progress import Reporter
from arf.loop.run import run_loop
from arf.privacy.master_key import create_file
from arf.v1.analysis_service_pb2 import CreateErrorProfileRequest
from arf.v1.analysis_service_pb2_grpc import AnalysisServiceStub
from arf.v1.error_profile_pb2 import ErrorProfile
from arf.v1.finding_pb2 import Analysis
from arf.v1.revision_pb2 import CandidateSource, Decision, Revision
from arf.v1.summary_pb2 import CallSummary, Summary
from arf.v1.transcript_pb2 import Call
from tests.helpers.fake_model import FakeModel
from tests.helpers.sealing import Site
from tests.helpers.services import Run
from tests.helpers.stages import until
from tests.helpers.tiny_model import make_tiny_model

CALLS = 16
EMAIL, PHONE = "ana.lopez@example.com", "+44 20 7946 0958"


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    create_file(tmp_path / "master.key")
    for name, value in {
        "BUS": f"sqlite:{tmp_path}/bus.db",
        "DATABASE_URL": f"sqlite:///{tmp_path}/store.db",
        "MASTER_KEY_FILE": f"{tmp_path}/master.key",
        "EDITOR_MODEL": "editor",
        "EDITOR_CANDIDATES": "1",
        "ANALYSIS_CACHE_DIR": f"{tmp_path}/analysis",
        "EDITOR_CACHE_DIR": f"{tmp_path}/editor",
    }.items():
        monkeypatch.setenv(f"ARF_{name}", value)
    backbone = open_backbone()
    yield Site(backbone.bus, backbone.database, backbone.sealer)
    backbone.close()


def _calls() -> list[Call]:
    """Calls that bring a summary, most of them a wrong one, with personal data in what is said and summed up."""
    drawn = [strip_gold(call) for call in generate(CALLS, 5)]
    texts = [call.gold.summary for call in generate(CALLS, 5)]
    for number, call in enumerate(drawn):
        call.turns[0].text += f" You can reach me at {EMAIL} or {PHONE}."
        text = texts[(number + 1) % CALLS] if number % 3 else texts[number]
        call.summary.CopyFrom(Summary(text=f"{text} They left {EMAIL}.", model="teacher-1"))
        call.annotations.update({"split": "train" if number % 8 else "held_out"})
    return drawn


def _echo(asked: Request) -> str:
    """A model that takes up what it is shown, so that what it sees of a call is in what it says."""
    shown = asked.prompt.messages[-1].content
    place = next((word for word in shown.split() if "<EMAIL" in word or "@" in word), "nobody").strip(".,")
    return f" a matter was settled. The agent wrote to {place}."


def _batch(
    calls: list[Call], out: Path, student: Path
) -> tuple[dict[str, Analysis], ErrorProfile, dict[str, Revision]]:
    """What `arf run` leaves of the training calls."""
    config = RunConfig(teacher="editor", editor="editor", student=str(student), students=(), batch=4)
    asyncio.run(run_loop(calls, out, config, Reporter(Console(file=io.StringIO()))))
    analyses = {a.call_id: a for a in records.read(out / "findings.jsonl", Analysis)}
    profile = records.loads((out / "profile.json").read_text(encoding="utf-8"), ErrorProfile)
    return analyses, profile, {r.call_id: r for r in records.read(out / "revisions.jsonl", Revision)}


def _submit(here: Site, calls: list[Call]) -> None:
    for call in calls:
        given = CallSummary(call_id=call.id, tenant=call.tenant, channel=call.channel, summary=call.summary)
        here.publish(SUMMARIES, call.tenant, call.id, stage_id("teacher", here.submit(call)), given)


def test_batch_and_services_make_the_same_of_the_same_calls(
    here: Site, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    batch_model, service_model = FakeModel(_echo, name="editor-1"), FakeModel(_echo, name="editor-1")
    monkeypatch.setattr(models, "open_model", lambda *_, **__: batch_model)
    monkeypatch.setattr(editor_app, "open_model", lambda *_, **__: service_model)
    calls = _calls()
    training = [call for call in calls if call.annotations["split"] == "train"]
    analyses, profile, revisions = _batch(calls, tmp_path / "run", make_tiny_model(tmp_path / "tiny"))

    analysis = run(analysis_app, "all")
    _submit(here, training)
    until(lambda: sum(1 for _ in here.bus.read(FINDINGS)) >= len(training))
    with grpc.insecure_channel(analysis.target) as channel:
        made = AnalysisServiceStub(channel).CreateErrorProfile(CreateErrorProfileRequest(), timeout=120)
    monkeypatch.setenv("ARF_EDITOR_ANALYSIS_ADDRESS", analysis.target)
    run(editor_app, "all")
    until(lambda: sum(1 for _ in here.bus.read(REVISIONS)) >= len(training))

    assert {a.call_id: a for a in here.messages(FINDINGS, Analysis)} == analyses
    targeted = {kind.type for kind in made.types if kind.targeted}
    assert targeted == {kind.type for kind in profile.types if kind.targeted}
    assert 0 < len(targeted) < len(made.types), "some types must be left alone, or the targets are not shown to count"
    assert {r.call_id: r for r in here.messages(REVISIONS, Revision)} == revisions
    by_model = [c for r in revisions.values() for c in r.candidates if c.source == CandidateSource.CANDIDATE_SOURCE_LLM]
    assert by_model, "the model must have been asked"
    assert any(EMAIL in candidate.text for candidate in by_model), "placeholders must be put back"
    assert {Decision.DECISION_NEEDS_REVIEW, Decision.DECISION_ACCEPTED} <= {r.decision for r in revisions.values()}
    for model in (batch_model, service_model):
        asked = "\n".join(message.content for prompt in model.prompts for message in prompt.messages)
        assert "<EMAIL" in asked
        assert EMAIL not in asked
        assert PHONE not in asked
