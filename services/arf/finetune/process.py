"""Trains students, each in its own process; shared by the batch loop and the service."""

from __future__ import annotations

import asyncio
import json
import sys
from asyncio.subprocess import PIPE
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from arf.calls.records import write_text
from arf.finetune.config import TrainConfig
from arf.kit.environment import variables
from arf.kit.errors import ArfError

JobReport = Callable[[str, dict[str, Any]], None]
"""Called with a job's name and each progress record: `step` of `steps`, `loss`, `tokens_per_second`."""

_LAST_WORDS = 12
_END_BYTES = 16_384


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
        """Whether the adapter exists."""
        return (self.adapter / "adapter_model.safetensors").exists()


async def train_all(jobs: Sequence[Job], report: JobReport) -> None:
    """Runs trainings concurrently and waits for all; one that fails does not stop the others.

    Raises the ArfError of the first that failed.
    """
    for outcome in await asyncio.gather(*(train(job, report) for job in jobs), return_exceptions=True):
        if outcome is not None:
            raise outcome


async def train(job: Job, report: JobReport) -> None:
    """Runs or resumes a training until it is done; does nothing if it is done already.

    Its process ends when the awaiting task is cancelled, and with this process, even by kill -9. Raises ArfError with
    the process's last output if it fails.
    """
    if job.done:
        return
    write_text(job.work / "config.json", json.dumps(job.config.as_dict(), sort_keys=True) + "\n")
    command = [sys.executable, "-m", "arf.finetune.train_main",
               "--dataset", str(job.dataset), "--base", str(job.base), "--work", str(job.work),
               "--out", str(job.adapter), "--config", str(job.work / "config.json"), "--with-parent"]  # fmt: skip
    # One thread count for every library that has one; otherwise sums come out in another order.
    environment = variables() | {"OMP_NUM_THREADS": str(job.config.threads), "MKL_NUM_THREADS": str(job.config.threads)}
    # In bfloat16 oneDNN compiles and caches code for each shape; with varying lengths that is a GiB per training.
    environment |= {"ONEDNN_PRIMITIVE_CACHE_CAPACITY": "32"}
    process = await asyncio.create_subprocess_exec(*command, stdin=PIPE, stdout=PIPE, stderr=PIPE, env=environment)
    assert process.stdout is not None and process.stderr is not None
    last_words = asyncio.create_task(_last_words(process.stderr))
    try:
        async for line in process.stdout:
            report(job.name, json.loads(line))
        await process.wait()
        words = await last_words
    finally:
        last_words.cancel()
        if process.returncode is None:
            process.kill()
            await process.wait()
    if process.returncode != 0 or not job.done:
        raise ArfError(f"training {job.name} failed (exit {process.returncode}): {words}")


async def _last_words(stream: asyncio.StreamReader) -> str:
    """The last lines of a stream, read to its end."""
    end = b""
    while chunk := await stream.read(_END_BYTES):
        end = (end + chunk)[-_END_BYTES:]
    return "\n".join(end.decode(errors="replace").splitlines()[-_LAST_WORDS:]).strip()
