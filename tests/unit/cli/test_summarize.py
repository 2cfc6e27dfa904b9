from __future__ import annotations

import json
from importlib import import_module
from pathlib import Path

import pytest

from tests.helpers.fake_model import FakeModel
from tests.helpers.tiny_model import make_tiny_model
from tests.unit.cli.fakes import adapter, corpus, signing
from tests.unit.cli.invoke import arf


@pytest.fixture
def model(monkeypatch: pytest.MonkeyPatch) -> FakeModel:
    model = signing()
    monkeypatch.setattr(import_module("arf.cli.summarize"), "open_model", lambda *_, **__: model)
    return model


def test_stdout_holds_a_summary_a_line_in_canonical_order_when_there_are_several_batches(
    model: FakeModel, tmp_path: Path
) -> None:
    calls = corpus(tmp_path / "calls.jsonl", 18)
    done = arf("summarize", str(calls))
    assert done.status == 0, done.err
    rows = [json.loads(line) for line in done.out.splitlines()]
    assert [row["call_id"] for row in rows] == sorted(json.loads(line)["id"] for line in calls.open())
    assert {row["summary"]["model"] for row in rows} == {"signer"}
    assert model.batches == [16, 2]
    assert {r.adapter for r in model.requests} == {None}


def test_student_writes_when_an_adapter_is_named(model: FakeModel, tmp_path: Path) -> None:
    hand = adapter(tmp_path / "ann-1", "Ann")
    done = arf("summarize", str(corpus(tmp_path / "calls.jsonl", 1)), "--adapter", str(hand))
    (row,) = map(json.loads, done.out.splitlines())
    assert row["summary"]["text"] == "The customer wrote. The agent was Ann."
    assert row["summary"]["model"] == "signer+ann-1"


def test_stdout_holds_nothing_but_summaries_when_lines_are_bad(model: FakeModel, tmp_path: Path) -> None:
    calls = corpus(tmp_path / "calls.jsonl", 1)
    calls.write_text(calls.read_text() + "{}\n")
    done = arf("summarize", str(calls))
    assert done.status == 0
    assert len(done.out.splitlines()) == 1
    assert f"{calls}:2: " in done.err


def test_real_model_summarises_when_it_is_a_folder_and_a_missing_adapter_is_named(tmp_path: Path) -> None:
    model = str(make_tiny_model(tmp_path / "tiny", positions=8192))
    calls = str(corpus(tmp_path / "calls.jsonl", 2))
    done = arf("summarize", calls, "--student", model)
    assert done.status == 0, done.err
    assert [json.loads(line)["summary"]["model"] for line in done.out.splitlines()] == ["tiny", "tiny"]
    without = arf("summarize", calls, "--student", model, "--adapter", str(tmp_path / "nowhere"))
    assert without.status == 1
    assert "nowhere: needs adapter_config.json" in without.err
