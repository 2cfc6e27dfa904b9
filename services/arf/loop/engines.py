"""The engines of a run: opened when they are first asked, shared by stages that use one model, closed together."""

from __future__ import annotations

import gc
from collections.abc import Callable

from arf.inference.factory import open_engine
from arf.inference.late import LateEngine
from arf.inference.ports import Engine
from arf.inference.settings import InferenceSettings


class Engines:
    """A run's models by their spec. One that nobody asks, since its stage is done already, is never loaded."""

    def __init__(self, say: Callable[[str], None], settings: InferenceSettings | None = None) -> None:
        self._say, self._settings = say, settings
        self._engines: dict[str, LateEngine] = {}

    def of(self, spec: str) -> Engine:
        """The engine of a model; a wrong spec is told when the engine is first asked."""
        if spec not in self._engines:
            self._engines[spec] = LateEngine(lambda: open_engine(spec, settings=self._settings, progress=self._say))
        return self._engines[spec]

    def close(self) -> None:
        """Lets go of every model, so that a training has the memory; one that is asked again is opened again."""
        for engine in self._engines.values():
            engine.close()
        gc.collect()
