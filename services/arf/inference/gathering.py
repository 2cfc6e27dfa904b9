"""One engine for many threads: what waits while it is busy becomes its next batch."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Sequence
from concurrent.futures import Future
from pathlib import Path

from arf.inference.ports import Engine, Progress
from arf.kit.errors import Unavailable
from arf.kit.prompt import Completion, Decoding, Prompt


class _Request:
    def __init__(self, prompts: Sequence[Prompt], decoding: Decoding, adapter: Path | None) -> None:
        self.prompts, self.decoding, self.adapter = prompts, decoding, adapter
        self.done: Future[list[Completion]] = Future()

    def joins(self, other: _Request) -> bool:
        """Whether one call of the engine can answer both."""
        return (self.decoding, self.adapter) == (other.decoding, other.adapter)


class GatheringEngine:
    """An Engine for any number of threads over one that takes one caller at a time.

    Whoever finds the engine free serves, in the order of arrival, all that wait: requests with the same decoding and
    adapter go as one, up to `batch` prompts. What an engine writes does not depend on the prompts beside it, so nobody
    notices but by the time it takes.
    """

    def __init__(self, engine: Engine, batch: int = 64) -> None:
        self._engine = engine
        self._batch = batch
        self._lock = threading.Lock()
        self._waiting: deque[_Request] = deque()
        self._busy = False

    @property
    def model(self) -> str:
        """The base model's name."""
        return self._engine.model

    def complete(
        self,
        prompts: Sequence[Prompt],
        decoding: Decoding,
        *,
        adapter: Path | None = None,
        progress: Progress | None = None,
    ) -> list[Completion]:
        """As the port says. One request's fault is not another's: a batch that fails is asked request by request."""
        request = _Request(prompts, decoding, adapter)
        with self._lock:
            self._waiting.append(request)
            serves, self._busy = not self._busy, True
        while serves and (batch := self._next()):
            self._answer(batch)
        completions = request.done.result()
        if progress is not None:
            progress(len(completions))
        return completions

    def _next(self) -> list[_Request]:
        """The requests to answer now; where none waits, the engine is free."""
        with self._lock:
            if not self._waiting:
                self._busy = False
                return []
            first = self._waiting.popleft()
            batch, size = [first], len(first.prompts)
            for request in list(self._waiting):
                if request.joins(first) and size + len(request.prompts) <= self._batch:
                    self._waiting.remove(request)
                    batch.append(request)
                    size += len(request.prompts)
            return batch

    def _answer(self, batch: Sequence[_Request]) -> None:
        first = batch[0]
        try:
            prompts = [prompt for request in batch for prompt in request.prompts]
            answers = iter(self._engine.complete(prompts, first.decoding, adapter=first.adapter))
            for request in batch:
                request.done.set_result([next(answers) for _ in request.prompts])
        except Unavailable as error:
            for request in batch:
                request.done.set_exception(error)
        except Exception as error:  # noqa: BLE001  # it is for whoever asked
            if len(batch) == 1:
                first.done.set_exception(error)
                return
            for request in batch:
                self._answer([request])
