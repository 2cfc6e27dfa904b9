"""Trains students, each in a process of its own: what the batch loop and the service both call."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from arf.calls.records import write_text
from arf.finetune.config import TrainConfig
from arf.kit.environment import variables
from arf.kit.errors import ArfError

Report = Callable[[str, dict[str, Any]], None]
"""Called with a job's name and each progress record: `step` of `steps`, `loss`, `tokens_per_second`."""


@dataclass(frozen=True)
class Job:
    """One training: its dataset, the base model, where checkpoints and the adapter go, its settings."""

    name: str
    dataset: Path
    base: Path
    work: Path
    adapter: Path
    config: TrainConfig

    @property
    def done(self) -> bool:
        """The adapter is there."""
        return (self.adapter / "adapter_model.safetensors").exists()


def train_all(jobs: Sequence[Job], report: Report) -> None:
    """Runs trainings at the same time and waits for all; one that fails does not stop the others.

    Raises ArfError of the first that failed.
    """
    with ThreadPoolExecutor(max_workers=len(jobs)) as pool:
        running = [pool.submit(train, job, report) for job in jobs]
    for done in running:
        done.result()


def train(job: Job, report: Report) -> None:
    """Runs a training to its end, or from its last checkpoint to its end; nothing if it is done already.

    Raises ArfError with the process's last words if it fails.
    """
    if job.done:
        return
    write_text(job.work / "config.json", json.dumps(job.config.as_dict(), sort_keys=True) + "\n")
    command = [sys.executable, "-m", "arf.finetune.train_main",
               "--dataset", str(job.dataset), "--base", str(job.base), "--work", str(job.work),
               "--out", str(job.adapter), "--config", str(job.work / "config.json")]  # fmt: skip
    # One thread count for every library that has one, or the sums come out in another order.
    environment = variables() | {"OMP_NUM_THREADS": str(job.config.threads), "MKL_NUM_THREADS": str(job.config.threads)}
    # In bfloat16 oneDNN makes code for each shape and keeps it all, and lengths bring many shapes: a GiB a training.
    environment |= {"ONEDNN_PRIMITIVE_CACHE_CAPACITY": "32"}
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment
    ) as process:
        assert process.stdout is not None and process.stderr is not None
        words: list[str] = []
        listener = threading.Thread(target=_listen, args=(process.stderr, words), daemon=True)
        listener.start()
        try:
            for line in process.stdout:
                report(job.name, json.loads(line))
        except BaseException:
            process.kill()
            raise
        listener.join()
    if process.returncode != 0 or not job.done:
        raise ArfError(f"training {job.name} failed (exit {process.returncode}): {''.join(words[-12:]).strip()}")


def _listen(stream: IO[str], words: list[str]) -> None:
    for line in stream:
        words.append(line)
        del words[:-50]
