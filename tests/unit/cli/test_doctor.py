from __future__ import annotations

import json
from importlib import import_module
from pathlib import Path

import pytest

from arf.doctor import Check
from tests.unit.cli.invoke import Done, arf

WELL = Check("Python", True, "3.11.7")
NO_TORCH = Check("packages: inference", False, "torch is missing", "make setup, or pip install -e '.[inference]'")
NO_MODEL = Check("model", False, "not pulled", "arf models pull", required=False)


def _doctor(monkeypatch: pytest.MonkeyPatch, found: list[Check], *options: str) -> Done:
    monkeypatch.setattr(import_module("arf.cli.doctor"), "checks", lambda: found)
    return arf("doctor", *options)


def test_status_is_1_and_the_advice_is_whole_when_something_needed_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    done = _doctor(monkeypatch, [WELL, NO_TORCH])
    assert done.status == 1
    assert "pip install -e '.[inference]'" in done.out
    assert "torch is missing" in done.out


def test_status_is_0_when_only_a_convenience_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    done = _doctor(monkeypatch, [WELL, NO_MODEL])
    assert done.status == 0
    assert "missing" in done.out
    assert "arf models pull" in done.out


def test_json_holds_every_check_when_it_is_asked_for_even_if_the_loop_cannot_run(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    done = _doctor(monkeypatch, [WELL, NO_TORCH], "--json", str(tmp_path / "said.json"))
    assert done.status == 1
    said = json.loads((tmp_path / "said.json").read_text(encoding="utf-8"))
    assert [(check["name"], check["ok"]) for check in said] == [("Python", True), ("packages: inference", False)]
    assert (said[1]["advice"], said[1]["required"]) == (NO_TORCH.advice, True)


def test_doctor_looks_at_this_machine() -> None:
    done = arf("doctor")
    assert done.status in (0, 1)
    assert "Python" in done.out
    assert "disk" in done.out
