"""The models of a run: loaded when they are first asked, shared by stages that use one, let go of together."""

from __future__ import annotations

import gc
from collections.abc import Callable

from arf.inference.open_model import open_model
from arf.inference.port import Model
from arf.inference.settings import InferenceSettings, ModelSettings


class Models:
    """A run's models by spec and settings. One that nobody asks, since its stage is done already, is never loaded."""

    def __init__(self, say: Callable[[str], None], inference: InferenceSettings | None = None) -> None:
        """`say` is told of what is fetched."""
        self._say, self._inference = say, inference
        self._models: dict[tuple[str, ModelSettings], Model] = {}

    def of(self, spec: str, role: str) -> Model:
        """The model of a spec, asked as the settings of its role say; a wrong spec is told when it is first asked."""
        key = spec, ModelSettings.of_role(role)
        if key not in self._models:
            self._models[key] = open_model(*key, inference=self._inference, say=self._say)
        return self._models[key]

    async def close(self) -> None:
        """Lets go of every model, so that a training has the memory; one that is wanted again is opened again."""
        models, self._models = self._models, {}
        for model in models.values():
            await model.close()
        models.clear()
        gc.collect()
