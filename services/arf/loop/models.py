"""The models of a run: loaded on first use, shared between stages, released together."""

from __future__ import annotations

import gc
from collections.abc import Callable

from arf.inference.open_model import open_model
from arf.inference.port import Model
from arf.inference.settings import InferenceSettings, ModelSettings


class Models:
    """A run's models by spec and settings. One whose stages are all done is never loaded."""

    def __init__(self, say: Callable[[str], None], inference: InferenceSettings | None = None) -> None:
        """`say` is called with download progress."""
        self._say, self._inference = say, inference
        self._models: dict[tuple[str, ModelSettings], Model] = {}

    def of(self, spec: str, role: str) -> Model:
        """The model of a spec, with its role's settings. An invalid spec is reported on first use."""
        key = spec, ModelSettings.of_role(role)
        if key not in self._models:
            self._models[key] = open_model(*key, inference=self._inference, say=self._say)
        return self._models[key]

    async def close(self) -> None:
        """Releases every model, to free memory for training; a model that is needed again is reopened."""
        models, self._models = self._models, {}
        for model in models.values():
            await model.close()
        models.clear()
        gc.collect()
