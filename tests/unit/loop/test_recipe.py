from __future__ import annotations

import pytest

from arf.loop.config import Training


@pytest.mark.parametrize(
    ("share", "layers", "first"), [(0.5, 30, 15), (0.0, 30, 0), (1.0, 30, 29), (0.5, 3, 1), (0.5, 1, 0)]
)
def test_lowest_layers_are_frozen_when_a_share_is_given(share: float, layers: int, first: int) -> None:
    assert Training(frozen_layers=share).recipe(layers, seed=0, threads=1).first_layer == first


def test_recipe_passes_on_what_was_asked_when_trained() -> None:
    recipe = Training(epochs=1.5, batch_size=3, learning_rate=0.5, rank=4).recipe(2, seed=7, threads=2)
    assert (recipe.epochs, recipe.batch_size, recipe.learning_rate) == (1.5, 3, 0.5)
    assert (recipe.rank, recipe.alpha, recipe.seed, recipe.threads) == (4, 8, 7, 2)
