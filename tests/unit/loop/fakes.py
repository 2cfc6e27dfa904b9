"""Engines for runs without a model: they answer by the prompt's version and keep what they were asked."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from arf.calls.prompt import Completion, Decoding, Prompt
from arf.inference.ports import Engine, Progress


class TalkingEngine:
    """Replies to the n-th prompt ever asked with `reply(prompt, n)`."""

    def __init__(self, model: str, reply: Callable[[Prompt, int], str]) -> None:
        self.model = model
        self.prompts: list[Prompt] = []
        self._reply = reply

    def complete(
        self,
        prompts: Sequence[Prompt],
        decoding: Decoding,
        *,
        adapter: Path | None = None,
        progress: Progress | None = None,
    ) -> list[Completion]:
        completions = []
        for prompt in prompts:
            completions.append(Completion(self._reply(prompt, len(self.prompts)), 100, 8, 0.5, "stop"))
            self.prompts.append(prompt)
            if progress is not None:
                progress(1)
        return completions


class Opener:
    """Stands for `open_engine`: gives the engine of a spec and keeps which were opened."""

    def __init__(self, **engines: Engine) -> None:
        self._engines = engines
        self.opened: list[str] = []

    def __call__(self, spec: str, **_: object) -> Engine:
        self.opened.append(spec)
        return self._engines[spec]
