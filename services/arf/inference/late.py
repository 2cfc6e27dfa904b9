"""An engine that is opened when it is first asked: one that does not answer yet keeps no process from starting."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from pathlib import Path

from arf.calls.prompt import Completion, Decoding, Prompt
from arf.inference.ports import Engine, Progress


class LateEngine:
    """An Engine for any number of threads, if the one that it opens is. Opening is tried again until it succeeds."""

    def __init__(self, open_: Callable[[], Engine]) -> None:
        self._open = open_
        self._lock = threading.Lock()
        self._engine: Engine | None = None

    def opened(self) -> Engine:
        """The engine. Raises what opening it raises."""
        with self._lock:
            if self._engine is None:
                self._engine = self._open()
            return self._engine

    def close(self) -> None:
        """Lets go of the engine; one that is asked again is opened again."""
        with self._lock:
            self._engine = None

    @property
    def model(self) -> str:
        """The base model's name."""
        return self.opened().model

    def complete(
        self,
        prompts: Sequence[Prompt],
        decoding: Decoding,
        *,
        adapter: Path | None = None,
        progress: Progress | None = None,
    ) -> list[Completion]:
        """As the port says."""
        return self.opened().complete(prompts, decoding, adapter=adapter, progress=progress)
