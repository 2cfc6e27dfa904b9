from __future__ import annotations

import io
import json
from pathlib import Path

import pytest
from rich.console import Console

from arf.loop.memory import PeakMemory
from arf.loop.progress import Reporter
from arf.loop.resources import Resources


def _process(path: Path, mib: float, **seconds: float) -> Resources:
    reporter, memory = Reporter(Console(file=io.StringIO())), PeakMemory()
    reporter.seconds |= seconds
    memory.mib = mib
    return Resources(path, reporter, memory)


def test_stages_of_an_earlier_process_count_when_this_one_skips_them(tmp_path: Path) -> None:
    path = tmp_path / "resources.json"
    _process(path, 900.0, teacher=10.0, training=60.0).save()
    second = _process(path, 300.0, teacher=1.0, evaluation=2.0)

    assert second.seconds == pytest.approx({"teacher": 11.0, "training": 60.0, "evaluation": 2.0, "all": 0.0}, abs=0.2)
    assert second.peak_memory_mib == 900.0


def test_account_is_on_disk_when_a_stage_ends_badly(tmp_path: Path) -> None:
    path = tmp_path / "resources.json"
    reporter = Reporter(Console(file=io.StringIO()))
    Resources(path, reporter, PeakMemory())
    with pytest.raises(RuntimeError), reporter.stage("teacher", 3):
        raise RuntimeError

    assert set(json.loads(path.read_text(encoding="utf-8"))["seconds"]) == {"teacher", "all"}


def test_nothing_is_counted_twice_when_saved_again(tmp_path: Path) -> None:
    path = tmp_path / "resources.json"
    resources = _process(path, 1.0, teacher=10.0)
    resources.save()
    resources.save()
    assert resources.seconds["teacher"] == 10.0
    assert json.loads(path.read_text(encoding="utf-8"))["seconds"]["teacher"] == 10.0
