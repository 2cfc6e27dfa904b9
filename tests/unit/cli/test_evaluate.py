from __future__ import annotations

import json
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from tests.helpers.fake_model import FakeModel
from tests.unit.cli.fakes import adapter, corpus, signing
from tests.unit.cli.invoke import Done, arf
from tests.unit.loop.fakes import talking


@pytest.fixture
def model(monkeypatch: pytest.MonkeyPatch) -> FakeModel:
    model = signing()
    monkeypatch.setattr(import_module("arf.loop.models"), "open_model", lambda *_, **__: model)
    return model


def _evaluate(folder: Path, calls: Path, hand: Path, *options: str) -> Done:
    return arf("evaluate", str(calls), "--adapter", str(hand), "--out", str(folder / "out"), *options)


def _rows(folder: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (folder / "out/evaluation.jsonl").open(encoding="utf-8")]


def test_student_is_scored_on_every_call(model: FakeModel, tmp_path: Path) -> None:
    calls, hand = corpus(tmp_path / "calls.jsonl", 3), adapter(tmp_path / "a", "Ann")
    done = _evaluate(tmp_path, calls, hand, "--json", str(tmp_path / "said.json"))
    assert done.status == 0, done.err
    said = json.loads((tmp_path / "said.json").read_text(encoding="utf-8"))
    assert set(said["systems"]) == {"arf"}
    assert said["systems"]["arf"]["metrics"]["error_free_rate"]["n"] == 3
    assert said["cost"]["arf"]["seconds"] == 250.0
    assert [row["summary"]["text"] for row in _rows(tmp_path)] == ["The customer wrote. The agent was Ann."] * 3
    assert {r.adapter for r in model.requests} == {str(hand)}
    assert "Held-out calls" in done.out


def test_brought_summaries_are_scored_as_the_teachers_when_every_call_has_one(model: FakeModel, tmp_path: Path) -> None:
    calls = corpus(tmp_path / "calls.jsonl", 3, summary="The customer called.")
    assert _evaluate(tmp_path, calls, adapter(tmp_path / "a", "Ann")).status == 0
    by_system = {row["system"]: row["summary"]["text"] for row in _rows(tmp_path)}
    assert by_system == {"arf": "The customer wrote. The agent was Ann.", "teacher": "The customer called."}


def test_nothing_is_asked_again_when_the_same_evaluation_is_repeated(model: FakeModel, tmp_path: Path) -> None:
    calls, hand = corpus(tmp_path / "calls.jsonl", 3), adapter(tmp_path / "a", "Ann")
    _evaluate(tmp_path, calls, hand)
    first = _rows(tmp_path)
    assert _evaluate(tmp_path, calls, hand).status == 0
    assert _rows(tmp_path) == first
    assert len(model.batches) == 1


def test_folder_is_refused_when_it_holds_another_adapters_summaries(model: FakeModel, tmp_path: Path) -> None:
    calls = corpus(tmp_path / "calls.jsonl", 3)
    _evaluate(tmp_path, calls, adapter(tmp_path / "one" / "arf", "Ann"))
    done = _evaluate(tmp_path, calls, adapter(tmp_path / "two" / "arf", "Bob"))
    assert done.status == 1
    assert "another adapter" in done.err
    assert str(tmp_path / "out") in done.err


def test_folder_is_refused_when_it_was_of_another_corpus(model: FakeModel, tmp_path: Path) -> None:
    hand = adapter(tmp_path / "a", "Ann")
    _evaluate(tmp_path, corpus(tmp_path / "calls.jsonl", 3), hand)
    done = _evaluate(tmp_path, corpus(tmp_path / "others.jsonl", 3, seed=9), hand)
    assert done.status == 1
    assert "another corpus" in done.err


def test_folder_is_left_free_when_there_is_no_such_adapter(model: FakeModel, tmp_path: Path) -> None:
    calls = corpus(tmp_path / "calls.jsonl", 2)
    done = _evaluate(tmp_path, calls, tmp_path / "nowhere")
    assert done.status == 1
    assert "nowhere: it has no adapter_model.safetensors" in done.err
    assert _evaluate(tmp_path, calls, adapter(tmp_path / "a", "Ann")).status == 0


def test_adapter_goes_by_its_name_when_an_endpoint_has_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    model = talking("served", lambda prompt, n: "The customer wrote.")
    monkeypatch.setattr(import_module("arf.loop.models"), "open_model", lambda *_, **__: model)
    calls = corpus(tmp_path / "calls.jsonl", 2)
    assert _evaluate(tmp_path, calls, Path("ann-1"), "--student", "http://here:9/v1").status == 0
    assert {row["summary"]["model"] for row in _rows(tmp_path)} == {"served+ann-1"}
    done = _evaluate(tmp_path, calls, Path("bob-1"), "--student", "http://here:9/v1")
    assert "another adapter" in done.err


def test_adapter_must_be_named(tmp_path: Path) -> None:
    done = arf("evaluate", str(corpus(tmp_path / "calls.jsonl", 1)))
    assert done.status == 2
    assert "--adapter" in done.err
