from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import Any

import pytest

from arf.corpus.canonical import strip_gold
from arf.corpus.generator import generate
from arf.finetune.recipe import Recipe
from arf.kit.errors import ArfError
from arf.loop.config import RunConfig, claim, corpus_hash, number_format
from arf.v1.transcript_pb2 import Call

CONFIG = RunConfig(teacher="t", editor="e", student="s")


@pytest.fixture(scope="module")
def calls() -> list[Call]:
    return list(generate(3, seed=1))


def test_the_number_format_is_that_of_the_beginning_whatever_is_chosen_later(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "run.json"
    claim(path, CONFIG, "c0ffee")
    monkeypatch.setenv("ARF_DTYPE", "bfloat16")
    assert number_format(path) == "bfloat16"
    monkeypatch.setenv("ARF_DTYPE", "float32")
    claim(path, CONFIG, "c0ffee")
    assert number_format(path) == "bfloat16"


def test_hash_is_the_same_when_gold_is_stripped_and_the_calls_are_left_alone(calls: list[Call]) -> None:
    assert corpus_hash(calls) == corpus_hash([strip_gold(call) for call in calls])
    assert all(call.HasField("gold") for call in calls)


def test_hash_differs_when_a_word_a_summary_or_the_order_does(calls: list[Call]) -> None:
    said, brought = Call(), Call()
    said.CopyFrom(calls[0])
    brought.CopyFrom(calls[0])
    said.turns[0].text += " please"
    brought.summary.text = "brought"
    corpora = [calls, [said, *calls[1:]], [brought, *calls[1:]], calls[::-1], calls[:2]]
    assert len({corpus_hash(corpus) for corpus in corpora}) == len(corpora)


def test_config_is_plain_json() -> None:
    raw = json.loads(json.dumps(CONFIG.as_dict()))
    assert raw["teacher"] == "t"
    assert raw["training"]["epochs"] == Recipe().epochs
    assert set(raw) == {field.name for field in dataclasses.fields(RunConfig)}


def test_folder_goes_on_when_the_request_is_the_same(tmp_path: Path) -> None:
    path = tmp_path / "run" / "run.json"
    claim(path, CONFIG, "c0ffee")
    written = path.read_bytes()
    claim(path, RunConfig(teacher="t", editor="e", student="s"), "c0ffee")
    assert path.read_bytes() == written


@pytest.mark.parametrize(
    ("changed", "named"),
    [
        ({"teacher": "another"}, "teacher"),
        ({"seed": 1}, "seed"),
        ({"students": ("arf",)}, "students"),
        ({"training": Recipe(epochs=1.0)}, "training"),
        ({"judge": "j", "candidates": 0}, "candidates, judge"),
    ],
)
def test_folder_is_refused_naming_what_differs(tmp_path: Path, changed: dict[str, Any], named: str) -> None:
    path = tmp_path / "run" / "run.json"
    claim(path, CONFIG, "c0ffee")
    written = path.read_bytes()
    with pytest.raises(ArfError) as refused:
        claim(path, dataclasses.replace(CONFIG, **changed), "c0ffee")
    assert str(refused.value).startswith(f"{path.parent} holds a run with another {named};")
    assert path.read_bytes() == written


def test_folder_is_refused_when_it_is_of_another_corpus(tmp_path: Path) -> None:
    claim(tmp_path / "run.json", CONFIG, "c0ffee")
    with pytest.raises(ArfError, match="another corpus;"):
        claim(tmp_path / "run.json", CONFIG, "decaf")


def test_folder_goes_on_when_it_was_made_before_an_option_that_is_off_existed(tmp_path: Path) -> None:
    path = tmp_path / "run.json"
    claim(path, CONFIG, "c0ffee")
    older = json.loads(path.read_text())
    del older["config"]["judge"]
    path.write_text(json.dumps(older))
    claim(path, CONFIG, "c0ffee")
    with pytest.raises(ArfError, match="another judge;"):
        claim(path, dataclasses.replace(CONFIG, judge="j"), "c0ffee")
