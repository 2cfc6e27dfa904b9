from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.unit.cli.fakes import corpus
from tests.unit.cli.invoke import arf


def test_generated_corpus_is_the_same_when_the_seed_is_the_same(tmp_path: Path) -> None:
    for name, seed in (("a", "5"), ("b", "5"), ("c", "6")):
        done = arf("corpus", "generate", "--calls", "3", "--seed", seed, "--out", str(tmp_path / name))
        assert done.status == 0
        assert f"{tmp_path / name}: 3 calls" in done.out
    texts = {name: (tmp_path / name).read_text(encoding="utf-8") for name in "abc"}
    assert texts["a"] == texts["b"]
    assert texts["a"] != texts["c"]
    assert len(texts["a"].splitlines()) == 3


def test_generated_corpus_marks_the_share_that_was_asked_for(tmp_path: Path) -> None:
    arf("corpus", "generate", "--calls", "8", "--held-out", "0.5", "--out", str(tmp_path / "calls.jsonl"))
    marks = [json.loads(line)["annotations"]["split"] for line in (tmp_path / "calls.jsonl").open()]
    assert sorted(marks) == ["held_out"] * 4 + ["train"] * 4


@pytest.mark.parametrize("options", [["--calls", "0"], ["--held-out", "1.5"], ["--seed", "x"]])
def test_generate_ends_with_status_2_when_an_option_is_bad(options: list[str], tmp_path: Path) -> None:
    done = arf("corpus", "generate", *options, "--out", str(tmp_path / "calls.jsonl"))
    assert done.status == 2
    assert options[0] in done.err
    assert not (tmp_path / "calls.jsonl").exists()


def test_stripped_corpus_lacks_gold_and_nothing_else(tmp_path: Path) -> None:
    calls = corpus(tmp_path / "calls.jsonl", 3)
    assert arf("corpus", "strip-gold", str(calls), "--out", str(tmp_path / "bare.jsonl")).status == 0
    before = sorted((json.loads(line) for line in calls.open()), key=lambda c: c["id"])
    after = [json.loads(line) for line in (tmp_path / "bare.jsonl").open()]
    assert all(call.pop("gold") for call in before)
    assert after == before


def test_check_says_what_a_corpus_holds_on_screen_and_as_json(tmp_path: Path) -> None:
    calls = corpus(tmp_path / "calls.jsonl", 12, summary="The customer called.")
    done = arf("corpus", "check", str(calls), "--json", str(tmp_path / "said.json"))
    assert done.status == 0
    said = json.loads((tmp_path / "said.json").read_text(encoding="utf-8"))
    assert (said["calls"], said["with_gold"], said["with_summary"], said["with_references"]) == (12, 12, 12, 0)
    assert said["train"] + said["held_out"] == 12
    assert set(said["overlap"]) == {"3-grams", "5-grams"}
    assert f"mean_words {said['mean_words']} " in done.said


def test_check_names_the_file_as_it_is_when_its_name_has_brackets(tmp_path: Path) -> None:
    done = arf("corpus", "check", str(corpus(tmp_path / "calls[red].jsonl", 2)))
    assert done.status == 0
    assert "calls[red].jsonl" in done.out


def test_a_corpus_is_not_replaced_when_nobody_says_so(tmp_path: Path) -> None:
    calls = tmp_path / "calls.jsonl"
    calls.write_text("mine\n", encoding="utf-8")
    done = arf("corpus", "generate", "--calls", "2", "--out", str(calls))
    assert done.status == 1
    assert "exists already" in done.said
    assert calls.read_text(encoding="utf-8") == "mine\n"
    assert arf("corpus", "generate", "--calls", "2", "--overwrite", "--out", str(calls)).status == 0
    assert len(calls.read_text(encoding="utf-8").splitlines()) == 2


def test_standard_output_has_the_records_alone_when_it_is_the_file(tmp_path: Path) -> None:
    made = arf("corpus", "generate", "--calls", "2", "--out", "-")
    assert [bool(json.loads(line)["turns"]) for line in made.out.splitlines()] == [True, True]
    said = arf("corpus", "check", str(corpus(tmp_path / "calls.jsonl", 2)), "--json", "-")
    assert json.loads(said.out)["calls"] == 2
    assert "calls" in said.err
