"""The Engine port: what teacher, editor, student and judge ask of a model, wherever it runs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Protocol

from arf.calls.prompt import Completion, Decoding, Prompt

Progress = Callable[[int], None]
"""Called with the number of prompts finished since the last call."""


class Engine(Protocol):
    """A language model that completes prompts."""

    @property
    def model(self) -> str:
        """The base model's name, to record."""

    def complete(
        self,
        prompts: Sequence[Prompt],
        decoding: Decoding,
        *,
        adapter: Path | None = None,
        progress: Progress | None = None,
    ) -> list[Completion]:
        """Completions in the order of the prompts; with `adapter`, of base plus that LoRA adapter.

        The same prompts, decoding and adapter give the same text. Raises Unavailable if the model does not answer.
        """
