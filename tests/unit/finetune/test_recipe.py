from __future__ import annotations

import json
from pathlib import Path

import pytest

from arf.finetune.config import TrainConfig
from arf.finetune.recipe import Recipe


def config(recipe: Recipe, folder: Path, layers: int) -> TrainConfig:
    (folder / "config.json").write_text(json.dumps({"num_hidden_layers": layers}))
    return recipe.config(folder, seed=7, threads=2, dtype="bfloat16")


@pytest.mark.parametrize(
    ("share", "layers", "first"), [(0.5, 30, 15), (0.0, 30, 0), (1.0, 30, 29), (0.5, 3, 1), (0.5, 1, 0)]
)
def test_lowest_layers_are_frozen_when_a_share_is_given(share: float, layers: int, first: int, tmp_path: Path) -> None:
    assert config(Recipe(frozen_layers=share), tmp_path, layers).first_layer == first


def test_the_trainer_gets_what_was_asked_when_a_student_is_trained(tmp_path: Path) -> None:
    made = config(Recipe(epochs=1.5, batch_size=3, learning_rate=0.5, rank=4), tmp_path, 2)
    assert (made.epochs, made.batch_size, made.learning_rate) == (1.5, 3, 0.5)
    assert (made.rank, made.alpha, made.seed, made.threads, made.dtype) == (4, 8, 7, 2, "bfloat16")
