"""The loop with engines that only talk, and no student to train: what a judge adds, and which models are loaded."""

from __future__ import annotations

import asyncio
import dataclasses
import io
import json
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from arf.analysis.support import nli
from arf.calls import records
from arf.calls.prompt import Prompt
from arf.corpus.generator import generate
from arf.evaluation.summary_report import check
from arf.kit.errors import ArfError
from arf.kit.process_lock import ProcessLock
from arf.loop import models
from arf.loop.config import RunConfig
from arf.loop.folder import RunFolder
from arf.loop.progress import Reporter
from arf.loop.report.terminal import print_report
from arf.loop.run import run_loop
from arf.v1.finding_pb2 import Analysis
from arf.v1.summary_pb2 import CallSummary
from arf.v1.transcript_pb2 import Call
from tests.helpers.fake_model import FakeModels, refused
from tests.helpers.tiny_model import make_tiny_model
from tests.unit.loop.fakes import talking


class DoubtfulChecker:
    """Stands for an NLI model that supports nothing."""

    def __init__(self, model: str) -> None:
        self.id = f"doubtful:{model}"

    def support(self, claims: Sequence[str], call: Call) -> list[float]:
        return [0.1 for _ in claims]


EDIT = "customer_service/edit"
JUDGE = "http://judge:9/v1#wise"
EDITOR = "http://editor:9/v1#deft"


@pytest.fixture(scope="module")
def calls() -> list[Call]:
    return list(generate(14, seed=3))


@pytest.fixture(scope="module")
def config(tmp_path_factory: pytest.TempPathFactory) -> RunConfig:
    student = str(make_tiny_model(tmp_path_factory.mktemp("model") / "tiny"))
    # Without the rules every correction is asked of the editor.
    return RunConfig(teacher="talker", editor=EDITOR, student=student, students=(), repair=False, batch=4)


@pytest.fixture
def opener(monkeypatch: pytest.MonkeyPatch) -> FakeModels:
    def rating(prompt: Prompt, n: int) -> str:
        assert prompt.version.startswith("analysis/rating"), "the judge is asked for ratings alone"
        return "No idea." if n == 0 else json.dumps({"rating": 1 + n % 5})

    talker = talking("talker-1", lambda prompt, n: "The customer contacted support. The agent refunded $999.")
    opener = FakeModels(**{"talker": talker, EDITOR: talker, JUDGE: talking("wise", rating)})
    monkeypatch.setattr(models, "open_model", opener)
    return opener


def _run(calls: list[Call], out: Path, config: RunConfig, said: io.StringIO | None = None) -> dict[str, Any]:
    return asyncio.run(run_loop(calls, out, config, Reporter(Console(file=said or io.StringIO()))))


def _asked(opener: FakeModels) -> dict[str, int]:
    """How many requests each model had."""
    return {spec: len(opener(spec).requests) for spec in ("talker", EDITOR, JUDGE)}  # type: ignore[attr-defined]


def _printed(report: dict[str, Any]) -> str:
    out = io.StringIO()
    print_report(report, Console(file=out, width=160))
    return out.getvalue()


def test_a_judges_opinion_is_reported_as_one_when_a_judge_is_configured(
    calls: list[Call], config: RunConfig, opener: FakeModels, tmp_path: Path
) -> None:
    report = _run(calls, tmp_path / "run", dataclasses.replace(config, judge=JUDGE))
    assert report == json.loads((tmp_path / "run/report.json").read_text(encoding="utf-8"))
    check(report)
    rated = {s: v["metrics"]["judge_rating"] for s, v in report["systems"].items()}
    assert set(rated) == {"teacher", "repair"}
    assert all(1 <= m["low"] <= m["value"] <= m["high"] <= 5 and m["better"] == "higher" for m in rated.values())
    assert min(m["n"] for m in rated.values()) == report["corpus"]["held_out"] - 1
    assert (report["judge"]["model"], report["judge"]["unparsable"], report["models"]["judge"]) == ("wise", 1, JUDGE)
    for shown in (_printed(report), (tmp_path / "run/report.html").read_text(encoding="utf-8")):
        assert "An opinion, not a measurement: wise rated" in shown
        assert "1 of its replies held no rating" in shown
        assert shown.count("What the LLM judge thinks") == 1


def test_no_opinion_is_reported_when_no_judge_is_configured(
    calls: list[Call], config: RunConfig, opener: FakeModels, tmp_path: Path
) -> None:
    report = _run(calls, tmp_path / "run", config)
    assert JUDGE not in opener.opened
    assert "judge" not in report
    assert "judge" not in report["models"]
    assert not [s for s, v in report["systems"].items() if "judge_rating" in v["metrics"]]
    assert not (tmp_path / "run/ratings.jsonl").exists()
    assert "judge" not in _printed(report).lower()
    assert "LLM judge" not in (tmp_path / "run/report.html").read_text(encoding="utf-8")


def test_no_model_is_asked_when_every_stage_is_done(
    calls: list[Call], config: RunConfig, opener: FakeModels, tmp_path: Path
) -> None:
    config = dataclasses.replace(config, judge=JUDGE)
    first = _run(calls, tmp_path / "run", config)
    asked = _asked(opener)
    assert min(asked.values()) > 0
    again = _run(calls, tmp_path / "run", config)
    assert _asked(opener) == asked
    assert again["systems"] == first["systems"]


def test_only_the_judge_is_asked_when_its_stage_alone_is_undone(
    calls: list[Call], config: RunConfig, opener: FakeModels, tmp_path: Path
) -> None:
    config = dataclasses.replace(config, judge=JUDGE)
    _run(calls, tmp_path / "run", config)
    (tmp_path / "run/ratings.jsonl").unlink()
    before = _asked(opener)
    _run(calls, tmp_path / "run", config)
    after = _asked(opener)
    assert [spec for spec in before if after[spec] > before[spec]] == [JUDGE]


def test_a_run_is_refused_before_it_begins_when_the_editor_would_judge(
    calls: list[Call], config: RunConfig, opener: FakeModels, tmp_path: Path
) -> None:
    judged = dataclasses.replace(config, judge="http://elsewhere:9/v1#deft")
    with pytest.raises(ArfError, match="same model as --editor"):
        _run(calls, tmp_path / "run", judged)
    assert not (tmp_path / "run").exists()
    assert not any(_asked(opener).values())


def test_the_editors_model_may_judge_when_it_was_not_asked_to_revise(
    calls: list[Call], config: RunConfig, opener: FakeModels, tmp_path: Path
) -> None:
    report = _run(calls, tmp_path / "run", dataclasses.replace(config, editor=JUDGE, judge=JUDGE, candidates=0))
    assert report["judge"]["model"] == "wise"


def test_a_checker_is_one_detector_more_when_it_is_named(
    calls: list[Call], config: RunConfig, opener: FakeModels, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(nli, "NliChecker", DoubtfulChecker)
    report = _run(calls, tmp_path / "run", dataclasses.replace(config, checker="small-nli"))
    analyses = list(records.read(tmp_path / "run/findings.jsonl", Analysis))
    assert all("support:doubtful:small-nli" in a.detectors for a in analyses)
    assert all("support" not in {s.detector for s in a.skipped} for a in analyses)
    assert any(f.detector == "support:doubtful:small-nli" for a in analyses for f in a.findings)
    assert report["models"]["checker"] == "small-nli"


def test_a_folder_is_refused_when_its_run_had_another_judge(
    calls: list[Call], config: RunConfig, opener: FakeModels, tmp_path: Path
) -> None:
    _run(calls, tmp_path / "run", config)
    with pytest.raises(ArfError, match="another judge"):
        _run(calls, tmp_path / "run", dataclasses.replace(config, judge=JUDGE))


def test_a_call_that_the_teacher_refuses_is_named_and_the_rest_goes_on(
    calls: list[Call], config: RunConfig, opener: FakeModels, tmp_path: Path
) -> None:
    opener("talker").script = [None, refused("talker"), None, None, refused("talker")]  # type: ignore[attr-defined]
    said = io.StringIO()
    report = _run(calls, tmp_path / "run", config, said)
    lines = [line for line in said.getvalue().splitlines() if "is refused: talker: HTTP 400" in line]
    assert len(lines) == 2
    made = list(records.read(tmp_path / "run/teacher.jsonl", CallSummary))
    without = {m.call_id for m in made if not m.summary.text}
    assert all(any(f"call {call_id} " in line for line in lines) for call_id in without)
    assert report["corpus"]["train"] + report["corpus"]["held_out"] == len(calls) - 2
    named = report["refused"]["teacher"]
    assert {call_id.rpartition("/")[2] for call_id in named} == without
    page = (tmp_path / "run/report.html").read_text(encoding="utf-8")
    assert all(call_id in page and call_id in _printed(report) for call_id in named)
    analysed = {a.call_id for a in records.read(tmp_path / "run/findings.jsonl", Analysis)}
    assert not analysed & without
    again = _run(calls, tmp_path / "run", config)
    assert again["corpus"] == report["corpus"]


def test_a_run_ends_when_the_teacher_refuses_every_call(
    calls: list[Call], config: RunConfig, opener: FakeModels, tmp_path: Path
) -> None:
    opener("talker").script = [refused("talker")] * len(calls)  # type: ignore[attr-defined]
    with pytest.raises(ArfError, match="the teacher refused every one of"):
        _run(calls, tmp_path / "run", config)


@pytest.mark.parametrize("redaction", [True, False])
def test_the_editors_model_is_shown_no_personal_data_unless_it_is_asked_for(
    calls: list[Call], config: RunConfig, opener: FakeModels, tmp_path: Path, redaction: bool
) -> None:
    said = list(calls)
    for call in said:
        call.turns[0].text += " You can write to ana.lopez@example.com."
    _run(said, tmp_path / "run", dataclasses.replace(config, redaction=redaction))
    asked = "\n".join(m.content for p in opener(EDITOR).prompts for m in p.messages if p.version.startswith(EDIT))  # type: ignore[attr-defined]
    assert asked
    assert ("ana.lopez@example.com" in asked) is not redaction


def test_folder_is_refused_and_the_other_process_named_when_one_works_on_it(
    calls: list[Call], config: RunConfig, opener: FakeModels, tmp_path: Path
) -> None:
    held = ProcessLock(RunFolder(tmp_path / "run").lock, "")
    with pytest.raises(ArfError, match=rf"another `arf run` is working on it; end them with: kill {os.getpid()}"):
        _run(calls, tmp_path / "run", config)
    held.close()
    _run(calls, tmp_path / "run", config)
