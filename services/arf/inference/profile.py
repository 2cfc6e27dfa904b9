"""What a model can take and how it is best asked: the sizes and habits that differ between a 135M and an 8B model."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

_CHARACTERS_A_TOKEN = 3.5
"""English text, by the usual byte-pair tokenizers; on the low side, so that what is estimated to fit does fit."""


def estimated_tokens(text: str) -> int:
    """Tokens of a text where no tokenizer is at hand: an estimate that is rather too high."""
    return int(len(text) / _CHARACTERS_A_TOKEN) + 1


@dataclass(frozen=True, slots=True)
class ModelProfile:
    """One model's sizes and habits.

    `window` is the tokens that prompt and reply may have together. `small` says that the model needs the reply begun
    for it and short transcripts, as one of 135M parameters does. `refuses` are request parameters that its endpoint
    does not take. `structured` says that replies can be bound to a JSON schema.
    """

    window: int = 8192
    small: bool = False
    refuses: frozenset[str] = frozenset()
    structured: bool = False
    count: Callable[[str], int] = estimated_tokens
