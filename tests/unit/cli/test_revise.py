from __future__ import annotations

import json
from importlib import import_module
from pathlib import Path

import pytest

from tests.helpers.fake_model import FakeModel
from tests.unit.cli.fakes import corpus
from tests.unit.cli.invoke import arf

WRONG = "The customer asked for a refund of $98,765.43. The agent refunded it."


@pytest.fixture
def model(monkeypatch: pytest.MonkeyPatch) -> FakeModel:
    model = FakeModel("The customer contacted support.", name="editor")
    monkeypatch.setattr(import_module("arf.cli.revise"), "open_model", lambda *_, **__: model)
    return model


def test_each_summary_has_its_revision_in_order_and_the_corrected_text_no_longer_has_what_was_wrong(
    model: FakeModel, tmp_path: Path
) -> None:
    calls = corpus(tmp_path / "calls.jsonl", 18, summary=WRONG)
    done = arf("revise", str(calls))
    assert done.status == 0, done.err
    rows = [json.loads(line) for line in done.out.splitlines()]
    assert [row["call_id"] for row in rows] == sorted(json.loads(line)["id"] for line in calls.open())
    accepted = [row["text"] for row in rows if row["decision"] == "ACCEPTED"]
    assert accepted
    assert not [text for text in accepted if "98,765.43" in text]
    assert all("text" not in row for row in rows if row["decision"] == "NEEDS_REVIEW")
    assert f"{len(accepted)} corrected, 0 without a finding" in done.said


def test_no_model_is_asked_when_there_are_to_be_no_candidates(model: FakeModel, tmp_path: Path) -> None:
    done = arf("revise", str(corpus(tmp_path / "calls.jsonl", 2, summary=WRONG)), "--candidates", "0")
    assert (done.status, len(done.out.splitlines()), model.requests) == (0, 2, [])


def test_calls_without_a_summary_are_refused_in_words(model: FakeModel, tmp_path: Path) -> None:
    done = arf("revise", str(corpus(tmp_path / "calls.jsonl", 2)))
    assert (done.status, done.out) == (1, "")
    assert "no call has a summary" in done.err
