"""What a model can take and how it is best asked: the sizes and habits that differ between a 135M and an 8B model."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

_CHARACTERS_A_TOKEN = 3.5
"""English text, by the usual byte-pair tokenizers; on the low side, so that what is estimated to fit does fit."""

DEFAULT_WINDOW = 8192
"""Tokens of a model whose window nobody knows: what nearly all have today."""


def estimated_tokens(text: str) -> int:
    """Tokens of a text where no tokenizer is at hand: an estimate that is rather too high."""
    return int(len(text) / _CHARACTERS_A_TOKEN) + 1


@dataclass(frozen=True, slots=True)
class ModelProfile:
    """One model's sizes and habits.

    `window` is the tokens that prompt and reply may have together. `small` says that the model needs the reply begun
    for it and short transcripts, as one of 135M parameters does. `refuses` are request parameters that its endpoint
    does not take. `structured` says that replies can be bound to a JSON schema.

    `teacher_tokens`, `student_tokens` and `editor_tokens` are the most tokens of a transcript that it is shown as each
    of these; None for all that its window leaves. `reply_tokens_a_word` is how many tokens it may use for each word
    that a task allows: a small model does not end by itself and is cut off, a large one has room to. `parameters` is
    the number of its weights, where it is known.
    """

    window: int = DEFAULT_WINDOW
    small: bool = False
    refuses: frozenset[str] = frozenset()
    structured: bool = False
    count: Callable[[str], int] = estimated_tokens
    teacher_tokens: int | None = None
    student_tokens: int | None = None
    editor_tokens: int | None = None
    reply_tokens_a_word: float = 4.0
    parameters: int | None = None

    def room(self, reply_tokens: int, *beside: str) -> int:
        """Tokens that the window leaves for a transcript after the reply and the texts that stand beside it."""
        # The chat template's own tokens, a few a message.
        template = 16 * (len(beside) + 1)
        return max(64, self.window - reply_tokens - template - sum(map(self.count, beside)))


def small_profile(window: int, count: Callable[[str], int] = estimated_tokens) -> ModelProfile:
    """The profile of a model with well under a billion parameters: the sizes were found on one with 135 million."""
    return ModelProfile(
        window,
        small=True,
        count=count,
        teacher_tokens=2_070,
        student_tokens=620,
        editor_tokens=890,
        reply_tokens_a_word=1.2,
    )
