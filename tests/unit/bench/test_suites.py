from __future__ import annotations

import json
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from tests.bench.__main__ import SUITES, main


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """The options that each suite was given, in turn; none measures anything."""
    options: list[list[str]] = []

    def suite(given: Sequence[str]) -> dict[str, Any]:
        options.append(list(given))
        return {"summary": "twice as fast", "comparisons": []}

    for name in SUITES:
        monkeypatch.setattr(import_module(f"tests.bench.{name}"), "main", suite)
    return options


def test_known_suites_are_named_when_one_is_not_known(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["livestock"]) == 2
    said = capsys.readouterr()
    assert f"no suite livestock; there are: {', '.join(SUITES)}" in said.err
    assert said.out == ""


@pytest.mark.parametrize("suite", SUITES)
def test_each_suite_of_the_registry_can_be_run(suite: str) -> None:
    assert callable(import_module(f"tests.bench.{suite}").main)


def test_last_line_sums_up_and_json_holds_the_report_when_asked(
    asked: list[list[str]], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["loop", "--calls", "4", "--json", str(tmp_path / "bench.json")]) == 0
    assert capsys.readouterr().out.splitlines()[-1] == "loop: twice as fast"
    assert json.loads((tmp_path / "bench.json").read_text())["loop"]["summary"] == "twice as fast"
    assert asked == [["--calls", "4"]]


def test_every_suite_runs_when_none_is_named(asked: list[list[str]]) -> None:
    assert main([]) == 0
    assert asked == [[]] * len(SUITES)
