from __future__ import annotations

import json
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from arf.evaluation.prices import Prices
from arf.finetune.recipe import Recipe
from arf.inference.models import DEFAULT_MODEL
from arf.loop.config import RunConfig
from arf.loop.progress import Reporter
from arf.v1.transcript_pb2 import Call
from tests.helpers.reports import report
from tests.unit.cli.fakes import corpus
from tests.unit.cli.invoke import Done, arf


class Loop:
    """Stands for `run_loop`: keeps what it was asked and gives a report."""

    def __init__(self) -> None:
        self.calls: Sequence[Call] = ()
        self.out = Path()
        self.configs: list[RunConfig] = []
        self.prices = Prices()

    async def __call__(
        self, calls: Sequence[Call], out: Path, config: RunConfig, reporter: Reporter, prices: Prices
    ) -> dict[str, Any]:
        self.calls, self.out, self.prices = calls, out, prices
        self.configs.append(config)
        return report()


@pytest.fixture
def loop(monkeypatch: pytest.MonkeyPatch) -> Loop:
    # By the module: in the package, `run` is the command.
    loop = Loop()
    monkeypatch.setattr(import_module("arf.cli.run"), "run_loop", loop)
    return loop


@pytest.fixture
def calls(tmp_path: Path) -> Path:
    return corpus(tmp_path / "calls.jsonl")


def _run(calls: Path, *options: str) -> Done:
    return arf("run", str(calls), "--out", str(calls.parent / "run"), *options)


def test_config_has_the_documented_defaults_when_no_option_is_given(loop: Loop, calls: Path) -> None:
    assert _run(calls).status == 0
    assert loop.configs == [RunConfig(teacher=DEFAULT_MODEL, editor=DEFAULT_MODEL, student=DEFAULT_MODEL)]
    assert loop.out == calls.parent / "run"
    assert len(loop.calls) == 4
    assert loop.prices == Prices()


@pytest.mark.parametrize(
    ("options", "changed"),
    [
        (["--teacher", "http://t/v1", "--editor", "e", "--student", "s"],
         {"teacher": "http://t/v1", "editor": "e", "student": "s"}),
        (["--judge", "http://j/v1#wise", "--checker", "nli"], {"judge": "http://j/v1#wise", "checker": "nli"}),
        (["--held-out", "0.5", "--seed", "7"], {"held_out": 0.5, "seed": 7}),
        (["--candidates", "0"], {"candidates": 0}),
        (["--no-repair"], {"repair": False}),
        (["--train", "arf"], {"students": ("arf",)}),
        (["--train", "arf", "--train", "distilled"], {"students": ("distilled", "arf")}),
        (["--max-train", "9", "--max-held-out", "3"], {"limit_train": 9, "limit_held_out": 3}),
        (["--epochs", "1.5", "--prefix-share", "0.2"], {"training": Recipe(epochs=1.5, prefix_share=0.2)}),
        (["--batch-size", "4", "--learning-rate", "0.01", "--rank", "8", "--frozen-layers", "0"],
         {"training": Recipe(batch_size=4, learning_rate=0.01, rank=8, frozen_layers=0.0)}),
        (["--quick"], {"limit_train": 16, "limit_held_out": 8, "training": Recipe(epochs=1.0)}),
        (["--quick", "--prefix-share", "0.2"],
         {"limit_train": 16, "limit_held_out": 8, "training": Recipe(epochs=1.0, prefix_share=0.2)}),
    ],
)  # fmt: skip
def test_an_option_changes_its_setting_and_nothing_else(
    loop: Loop, calls: Path, options: list[str], changed: dict[str, Any]
) -> None:
    assert _run(calls, *options).status == 0
    models = {"teacher": DEFAULT_MODEL, "editor": DEFAULT_MODEL, "student": DEFAULT_MODEL}
    assert loop.configs == [RunConfig(**(models | changed))]


def test_prices_are_taken_from_their_options(loop: Loop, calls: Path) -> None:
    _run(calls, "--teacher-price-in", "1", "--teacher-price-out", "2", "--machine-price", "3")
    assert loop.prices == Prices(prompt=1.0, completion=2.0, machine_hour=3.0)


@pytest.mark.parametrize(
    ("options", "named"),
    [
        (["--held-out", "0.99"], "--held-out"),
        (["--epochs", "0"], "--epochs"),
        (["--candidates", "-1"], "--candidates"),
        (["--batch-size", "0"], "--batch-size"),
        (["--learning-rate", "0"], "--learning-rate"),
        (["--rank", "0"], "--rank"),
        (["--frozen-layers", "1.5"], "--frozen-layers"),
        (["--prefix-share", "1"], "--prefix-share"),
        (["--max-train", "1"], "--max-train"),
        (["--max-held-out", "1"], "--max-held-out"),
        (["--seed", "one"], "--seed"),
        (["--train", "nonsense"], "--train"),
        (["--nonsense"], "--nonsense"),
    ],
)
def test_run_ends_with_status_2_and_names_the_option_when_its_value_is_bad(
    loop: Loop, calls: Path, options: list[str], named: str
) -> None:
    done = _run(calls, *options)
    assert done.status == 2
    assert named in done.err
    assert loop.configs == []


def test_report_is_printed_and_written_when_json_is_asked_for(loop: Loop, calls: Path, tmp_path: Path) -> None:
    done = _run(calls, "--json", str(tmp_path / "said.json"))
    assert json.loads((tmp_path / "said.json").read_text(encoding="utf-8")) == report()
    assert "Held-out calls" in done.out
    assert f"report: {tmp_path / 'run' / 'report.html'}" in done.out.splitlines()


def test_bad_lines_are_told_on_stderr_and_the_good_calls_are_run(loop: Loop, calls: Path) -> None:
    with calls.open("a", encoding="utf-8") as out:
        out.write("{}\n")
    done = _run(calls)
    assert done.status == 0
    assert len(loop.calls) == 4
    assert f"{calls}:5: " in done.err
    assert "bad lines" not in done.out


def test_run_ends_with_status_1_and_names_the_tasks_when_the_task_is_unknown(calls: Path) -> None:
    done = _run(calls, "--task", "weather")
    assert done.status == 1
    assert "customer_service" in done.err


def test_what_the_calls_lack_is_told_before_the_run(loop: Loop, calls: Path) -> None:
    assert "no gold facts" not in _run(calls).out
    bare = calls.with_name("bare.jsonl")
    assert arf("corpus", "strip-gold", str(calls), "--out", str(bare)).status == 0
    said = _run(bare).out
    assert said.index("compares by the detectors alone") < said.index("Held-out calls")
    assert "docs/format.md" in said
    assert "compares by the judge's ratings" in _run(bare, "--judge", "http://j/v1#wise").out


def test_quick_run_says_that_it_shows_nothing(loop: Loop, calls: Path) -> None:
    assert "nothing about how good the student is" in _run(calls, "--quick").out
