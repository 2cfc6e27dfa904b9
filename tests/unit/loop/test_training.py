from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from arf.kit.errors import ArfError
from arf.loop.training import Job, SideBySide, train, train_all


def _job(folder: Path, name: str) -> Job:
    return Job(
        name=name,
        dataset=folder / "no-such-dataset",
        base=folder / "no-such-model",
        work=folder / name / "work",
        adapter=folder / name / "adapter",
        config={"epochs": 1.0},
        threads=1,
    )


def _done(folder: Path, name: str) -> Job:
    job = _job(folder, name)
    job.adapter.mkdir(parents=True)
    (job.adapter / "adapter_model.safetensors").touch()
    return job


def test_steps_are_added_up_when_trainings_run_side_by_side() -> None:
    seen: list[tuple[int, str, int]] = []
    progress = SideBySide(lambda steps, note, total: seen.append((steps, note, total)))

    progress("b", {"step": 3, "steps": 10, "loss": 2.0, "tokens_per_second": 100.0})
    progress("a", {"step": 1, "steps": 20, "loss": 1.5, "tokens_per_second": 50.0})
    progress("b", {"step": 4, "steps": 10, "loss": 1.0, "tokens_per_second": 110.0})

    assert [(steps, total) for steps, _, total in seen] == [(3, 10), (1, 30), (1, 30)]
    assert seen[-1][1] == "loss a 1.500, b 1.000; 160 tokens/s"


def test_last_word_is_no_step_when_a_training_says_that_it_is_done() -> None:
    seen: list[Any] = []
    SideBySide(lambda *given, **named: seen.append(given))("a", {"done": True, "steps": 3})
    assert seen == []


def test_nothing_runs_when_every_adapter_is_there(tmp_path: Path) -> None:
    seen: list[Any] = []
    train_all([_done(tmp_path, "a"), _done(tmp_path, "b")], lambda name, record: seen.append(name))
    assert seen == []
    assert not (tmp_path / "a/work").exists()


def test_error_names_the_training_and_its_last_words_when_it_fails(tmp_path: Path) -> None:
    with pytest.raises(ArfError, match=r"training bad failed \(exit 1\): .*no-such-dataset"):
        train(_job(tmp_path, "bad"), lambda name, record: None)


def test_failure_is_raised_when_one_of_several_fails(tmp_path: Path) -> None:
    with pytest.raises(ArfError, match="training bad failed"):
        train_all([_done(tmp_path, "good"), _job(tmp_path, "bad")], lambda name, record: None)
