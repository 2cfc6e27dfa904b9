from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from arf.finetune.dataset import build_dataset
from arf.finetune.dataset_folder import save
from arf.finetune.train_main import main
from arf.inference.profile import ModelProfile
from tests.helpers.tiny_model import make_tiny_model
from tests.unit.finetune.builders import PlainTask, calls, targets


@pytest.fixture
def arguments(tmp_path: Path) -> list[str]:
    given = calls(12)
    save(
        tmp_path / "data", *build_dataset(PlainTask(), given, targets(given), name="d", seed=0, profile=ModelProfile())
    )
    make_tiny_model(tmp_path / "tiny")
    config = {"epochs": 2, "batch_size": 2, "rank": 2, "checkpoint_every": 2}
    (tmp_path / "config.json").write_text(json.dumps(config))
    return [
        *("--dataset", str(tmp_path / "data"), "--base", str(tmp_path / "tiny"), "--work", str(tmp_path / "work")),
        *("--out", str(tmp_path / "adapter"), "--config", str(tmp_path / "config.json"), "--threads", "1"),
    ]


def started(arguments: list[str]) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "arf.finetune.train_main", *arguments]
    environment = os.environ | {"PYTHONPATH": ":".join(sys.path)}
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment)


def test_adapter_has_the_same_bytes_when_the_process_was_killed(arguments: list[str], tmp_path: Path) -> None:
    with started(arguments) as process:
        assert process.stdout is not None
        for line in process.stdout:
            if json.loads(line).get("step") == 5:
                process.send_signal(signal.SIGKILL)
                break
    assert not (tmp_path / "adapter").exists()
    with started(arguments) as process:
        out, err = process.communicate()
    assert process.returncode == 0, err
    assert "Warning" not in err
    records = [json.loads(line) for line in out.splitlines()]
    assert records[0]["step"] > 4
    assert set(records[0]) == {"step", "steps", "loss", "tokens_per_second", "eta"}
    assert records[-1]["done"] is True
    resumed = (tmp_path / "adapter" / "adapter_model.safetensors").read_bytes()
    fresh = [a.replace("/work", "/other").replace("/adapter", "/again") for a in arguments]
    with started(fresh) as process:
        process.communicate()
    assert (tmp_path / "again" / "adapter_model.safetensors").read_bytes() == resumed


def test_reason_is_on_stderr_when_the_dataset_is_missing(
    arguments: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments[1] = str(tmp_path / "nothing")
    assert main(arguments) == 1
    assert "no dataset" in capsys.readouterr().err


def test_setting_is_named_when_the_config_is_bad(
    arguments: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "config.json").write_text('{"ranks": 4}')
    assert main(arguments) == 1
    assert capsys.readouterr().err.startswith("ranks: no such training setting")


def test_training_ends_when_what_started_it_is_killed(arguments: list[str], tmp_path: Path) -> None:
    Path(tmp_path / "config.json").write_text(json.dumps({"epochs": 500, "batch_size": 2, "rank": 2}))
    command = [sys.executable, "-m", "arf.finetune.train_main", *arguments, "--with-parent"]
    starter = f"import subprocess; subprocess.Popen({command!r}, stdin=subprocess.PIPE).wait()"
    environment = os.environ | {"PYTHONPATH": ":".join(sys.path)}
    with subprocess.Popen([sys.executable, "-c", starter], stdout=subprocess.PIPE, env=environment) as parent:
        assert parent.stdout is not None
        assert b"step" in parent.stdout.readline()
        parent.kill()
        # The training has its end of this pipe: it is read to its end when that process has ended, too.
        parent.stdout.read()
    assert not (tmp_path / "adapter").exists()
