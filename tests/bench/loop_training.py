"""The trainer against a plain loop of transformers and peft, each training in a process of its own."""

from __future__ import annotations

import dataclasses
import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from arf.finetune.config import TrainConfig
from arf.finetune.dataset import build_dataset
from arf.finetune.dataset_folder import save
from arf.finetune.recipe import Recipe
from arf.finetune.targets import Target
from arf.inference.profile import ModelProfile
from arf.inference.settings import InferenceSettings
from arf.tasks.base import Task
from arf.v1.transcript_pb2 import Call
from tests.bench.measures import Comparison

_ROOT = Path(__file__).parents[2]
_BASELINE = "transformers and peft, plainly"


class Training:
    """A short training with the loop's own settings, from loading the model to the adapter on disk."""

    def __init__(self, base: Path, task: Task, calls: int, steps: int, scratch: Path) -> None:
        """`steps` are those of whole batches seen as often as by default: that often pay layers that run only once.

        `calls` is how many a round brings, and so how many examples at most.
        """
        defaults = Recipe()
        self._base, self._task, self._scratch = base, task, scratch
        self._examples = min(calls, defaults.batch_size * max(1, round(steps / defaults.epochs)))
        per_epoch = -(-self._examples // defaults.batch_size)
        recipe = defaults.config(base, seed=0, threads=InferenceSettings().threads, dtype=TrainConfig.dtype)
        # Fewer steps than there are epochs: a part of them.
        self._config = dataclasses.replace(recipe, epochs=min(recipe.epochs, max(1.0, steps / per_epoch)))
        self.steps = 0
        self._apart = 0.0
        self._speed = Comparison("training", "tokens/s", _BASELINE)
        self._memory = Comparison("training memory", "MiB at most", _BASELINE)

    @property
    def comparisons(self) -> list[Comparison]:
        """What was measured so far."""
        return [self._speed, self._memory]

    def measure(self, calls: Sequence[Call], summaries: Sequence[str]) -> None:
        """One round: the trainer, then the baseline, on the first calls and their summaries."""
        folder = self._scratch / str(len(self._speed.ours))
        dataset = self._dataset(folder / "dataset", calls[: self._examples], summaries)
        ours, baseline = (self._train(who, dataset, folder / who) for who in ("arf", "plain"))
        self._speed.add(ours["tokens"] / ours["seconds"], baseline["tokens"] / baseline["seconds"])
        self._memory.add(ours["peak_mib"], baseline["peak_mib"])
        self.steps = len(ours["losses"])
        apart = [abs(a - b) for a, b in zip(ours["losses"], baseline["losses"], strict=True)]
        self._apart = max(self._apart, *apart)
        self._speed.check = f"losses of {self.steps} steps at most {self._apart:.1g} apart"

    def _dataset(self, folder: Path, calls: Sequence[Call], summaries: Sequence[str]) -> Path:
        # An empty text would leave a call out.
        targets = {(c.tenant, c.id): Target(s or ".") for c, s in zip(calls, summaries, strict=False)}
        profile = ModelProfile()
        made = build_dataset(self._task, calls, targets, name="bench", seed=0, validation_share=0.0, profile=profile)
        save(folder, *made)
        return folder

    def _train(self, who: str, dataset: Path, out: Path) -> dict[str, Any]:
        threads = str(self._config.threads)
        done = subprocess.run(
            [sys.executable, "-m", "tests.bench.training_process", who,
             "--dataset", str(dataset), "--base", str(self._base), "--out", str(out),
             "--config", json.dumps(self._config.as_dict())],
            cwd=_ROOT,
            env=os.environ | {"OMP_NUM_THREADS": threads, "MKL_NUM_THREADS": threads},
            stdout=subprocess.PIPE,
            text=True,
            check=True,
        )  # fmt: skip
        said: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
        return said
