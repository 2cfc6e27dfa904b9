"""One engine for many threads: what waits while it is busy becomes its next batch."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Sequence
from pathlib import Path

from arf.calls.prompt import Completion, Decoding, Prompt
from arf.inference.ports import Engine, Progress
from arf.kit.errors import Unavailable


class _Request:
    def __init__(self, prompts: Sequence[Prompt], decoding: Decoding, adapter: Path | None) -> None:
        self.prompts, self.decoding, self.adapter = prompts, decoding, adapter
        self.outcome: list[Completion] | BaseException | None = None

    def joins(self, other: _Request) -> bool:
        """Whether one call of the engine can answer both."""
        return (self.decoding, self.adapter) == (other.decoding, other.adapter)


class GatheringEngine:
    """An Engine for any number of threads over one that takes one caller at a time.

    A thread that finds the engine free serves those that have waited longest, until it has its own answer: requests
    with the same decoding and adapter go as one, up to `batch` prompts. What an engine writes does not depend on the
    prompts beside it, so nobody notices but by the time it takes.
    """

    def __init__(self, engine: Engine, batch: int = 64) -> None:
        self._engine = engine
        self._batch = batch
        self._changed = threading.Condition()
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
        with self._changed:
            self._waiting.append(request)
        while (batch := self._batch_to_serve(request)) is not None:
            try:
                self._serve(batch)
            finally:
                with self._changed:
                    self._busy = False
                    self._changed.notify_all()
        if isinstance(request.outcome, BaseException):
            raise request.outcome
        assert request.outcome is not None
        if progress is not None:
            progress(len(request.outcome))
        return request.outcome

    @property
    def waiting(self) -> int:
        """How many requests wait for the engine."""
        return len(self._waiting)

    def _batch_to_serve(self, own: _Request) -> list[_Request] | None:
        """Waits until the own request is answered, then None, or the engine is free, then who is to be served."""
        with self._changed:
            self._changed.wait_for(lambda: own.outcome is not None or not self._busy)
            if own.outcome is not None:
                return None
            self._busy = True
            first = self._waiting.popleft()
            batch, size = [first], len(first.prompts)
            for request in list(self._waiting):
                if request.joins(first) and size + len(request.prompts) <= self._batch:
                    self._waiting.remove(request)
                    batch.append(request)
                    size += len(request.prompts)
            return batch

    def _serve(self, batch: Sequence[_Request]) -> None:
        first = batch[0]
        try:
            prompts = [prompt for request in batch for prompt in request.prompts]
            answers = iter(self._engine.complete(prompts, first.decoding, adapter=first.adapter))
            for request in batch:
                request.outcome = [next(answers) for _ in request.prompts]
        except BaseException as error:  # noqa: BLE001  # it is for whoever asked
            if len(batch) == 1 or isinstance(error, Unavailable):
                for request in batch:
                    request.outcome = error
                return
            for request in batch:
                self._serve([request])
