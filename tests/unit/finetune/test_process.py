from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from arf.finetune.config import TrainConfig
from arf.finetune.process import Job, train, train_all
from arf.kit.errors import ArfError

pytestmark = pytest.mark.anyio


def _job(folder: Path, name: str) -> Job:
    return Job(
        name=name,
        dataset=folder / "no-such-dataset",
        base=folder / "no-such-model",
        work=folder / name / "work",
        adapter=folder / name / "adapter",
        config=TrainConfig(epochs=1.0, threads=1),
    )


def _done(folder: Path, name: str) -> Job:
    job = _job(folder, name)
    job.adapter.mkdir(parents=True)
    (job.adapter / "adapter_model.safetensors").touch()
    return job


async def test_nothing_runs_when_every_adapter_is_there(tmp_path: Path) -> None:
    seen: list[Any] = []
    await train_all([_done(tmp_path, "a"), _done(tmp_path, "b")], lambda name, record: seen.append(name))
    assert seen == []
    assert not (tmp_path / "a/work").exists()


async def test_error_names_the_training_and_its_last_words_when_it_fails(tmp_path: Path) -> None:
    with pytest.raises(ArfError, match=r"training bad failed \(exit 1\): .*no-such-dataset"):
        await train(_job(tmp_path, "bad"), lambda name, record: None)


async def test_failure_is_raised_when_one_of_several_fails(tmp_path: Path) -> None:
    with pytest.raises(ArfError, match="training bad failed"):
        await train_all([_done(tmp_path, "good"), _job(tmp_path, "bad")], lambda name, record: None)
