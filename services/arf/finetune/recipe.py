"""A training recipe and the trainer settings derived from it, shared by batch loop and service."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from arf.finetune.config import TrainConfig


@dataclass(frozen=True)
class Recipe:
    """How to train a student, whatever its base model; students that are compared share one recipe."""

    epochs: float = 3.0
    batch_size: int = 2
    learning_rate: float = 1e-3
    rank: int = 16
    frozen_layers: float = 0.5
    """Share of the layers, from the lowest up, that are frozen: they run once per example instead of once per step."""
    prefix_share: float = 0.0

    def config(self, base: Path, *, seed: int, threads: int, dtype: str) -> TrainConfig:
        """The trainer's settings for a base model's folder; at least the top layer is trained."""
        layers: int = json.loads((base / "config.json").read_text(encoding="utf-8"))["num_hidden_layers"]
        return TrainConfig(
            epochs=self.epochs,
            batch_size=self.batch_size,
            learning_rate=self.learning_rate,
            rank=self.rank,
            alpha=2 * self.rank,
            first_layer=min(int(self.frozen_layers * layers), layers - 1),
            seed=seed,
            threads=threads,
            dtype=dtype,
        )
