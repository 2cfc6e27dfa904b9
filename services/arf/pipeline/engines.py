"""The engines of a run: opened when they are first asked, shared by stages that use one model, closed together."""

from __future__ import annotations

import gc
from collections.abc import Callable, Sequence
from pathlib import Path

from arf.inference.factory import open_engine
from arf.inference.ports import Engine, Progress
from arf.kit.prompt import Completion, Decoding, Prompt


class Engines:
    """A run's models by their spec. One that nobody asks, since its stage is done already, is never loaded."""

    def __init__(self, say: Callable[[str], None]) -> None:
        self._say = say
        self._open: dict[str, Engine] = {}

    def of(self, spec: str) -> Engine:
        """The engine of a model; a wrong spec is told when the engine is first asked."""
        return _Late(lambda: self._opened(spec))

    def close(self) -> None:
        """Lets go of every model, so that a training has the memory; one that is asked again is opened again."""
        self._open.clear()
        gc.collect()

    def _opened(self, spec: str) -> Engine:
        if spec not in self._open:
            self._open[spec] = open_engine(spec, progress=self._say)
        return self._open[spec]


class _Late:
    """An Engine that holds no model itself: whoever keeps it keeps no memory."""

    def __init__(self, engine: Callable[[], Engine]) -> None:
        self._engine = engine

    @property
    def model(self) -> str:
        return self._engine().model

    def complete(
        self,
        prompts: Sequence[Prompt],
        decoding: Decoding,
        *,
        adapter: Path | None = None,
        progress: Progress | None = None,
    ) -> list[Completion]:
        return self._engine().complete(prompts, decoding, adapter=adapter, progress=progress)
