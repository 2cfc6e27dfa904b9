"""`arf live` against a summarizer with a fake engine, over its API and over the bus."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from arf.calls import records
from arf.corpus.generator import generate
from arf.flow import SEGMENTS
from arf.site import site
from arf.summarizer import app
from tests.helpers.fake_model import FakeModel, FakeModels
from tests.helpers.services import Run
from tests.unit.cli.invoke import arf


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A site's folder, with a corpus in it."""
    monkeypatch.setattr(app, "open_model", FakeModels(**{"fake-model": FakeModel("The customer asked for help.")}))
    values = site.prepare(tmp_path, tenant="demo")
    site.settle(tmp_path, values)
    own = {"ARF_SUMMARIZER_MODEL": "fake-model", "ARF_SUMMARIZER_SETTLE": "0.05", "ARF_SUMMARIZER_EVERY": "0.2"}
    for name, value in {**values, **own}.items():
        monkeypatch.setenv(name, value)
    records.write(tmp_path / "calls.jsonl", generate(3, 5))
    return tmp_path


@pytest.mark.parametrize("bus", [False, True], ids=["over the API", "over the bus"])
def test_recorded_calls_are_replayed_and_each_gets_its_final_summary(
    folder: Path, run: Run, monkeypatch: pytest.MonkeyPatch, bus: bool
) -> None:
    running = run(app, "worker" if bus else "all")
    if not bus:
        monkeypatch.setenv("ARF_SUMMARIZER_ADDRESS", running.target)
    disturbed = ["--jitter", "2", "--duplicates", "0.2", "--reorder", "0.2", "--seed", "3"]
    options = ["--speed", "40", *disturbed, *(["--bus"] if bus else []), "--json", str(folder / "live.json")]
    done = arf("live", str(folder / "calls.jsonl"), "--data", str(folder), *options)

    assert done.status == 0, done.said
    assert "3 calls" in done.out
    told = json.loads((folder / "live.json").read_text())
    for call in told:
        kinds = [update["kind"] for update in call["updates"]]
        assert kinds.count("FINAL") == 1
        assert call["updates"][-1]["text"] == "The customer asked for help."
    assert done.out.count(" FINAL through ") == 3
    with site.entered(folder) as backbone:
        assert sum(1 for _ in backbone.bus.read(SEGMENTS)) > 6


def test_a_summarizer_that_is_not_there_is_named(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ARF_SUMMARIZER_ADDRESS", "localhost:1")
    monkeypatch.setattr("arf.site.live_caller._PATIENCE_S", 0.0)
    done = arf("live", str(folder / "calls.jsonl"), "--data", str(folder), "--speed", "50")
    assert done.status == 1
    assert "localhost:1 does not answer" in done.err
