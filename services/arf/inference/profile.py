"""A model's limits and preferences: what differs between a 135M and an 8B model."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

_CHARACTERS_A_TOKEN = 3.5
"""Characters per token of English text with common BPE tokenizers; low, so that estimates are not too small."""

DEFAULT_WINDOW = 8192
"""Context window assumed if unknown: nearly all current models have at least this."""


def estimated_tokens(text: str) -> int:
    """A deliberately high estimate of a text's tokens, for when there is no tokenizer."""
    return int(len(text) / _CHARACTERS_A_TOKEN) + 1


@dataclass(frozen=True, slots=True)
class ModelProfile:
    """One model's limits and preferences.

    `window` is the tokens of prompt and reply together. A `small` model needs prefilled replies and short transcripts,
    as one of 135M parameters does. `refuses` are request parameters that its endpoint rejects. `structured` is whether
    replies can follow a JSON schema. `teacher_tokens`, `student_tokens` and `editor_tokens` are the most transcript
    tokens to show it in each role; None for all that the window allows. `reply_tokens_a_word` is how many tokens it may
    use per word that the task allows: a small model does not stop by itself, a large one needs room to. `parameters` is
    the number of its weights, if known.
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
        """The tokens that the window leaves for a transcript, after the reply and the other texts."""
        # A few tokens per message for the chat template.
        template = 16 * (len(beside) + 1)
        return max(64, self.window - reply_tokens - template - sum(map(self.count, beside)))


def small_profile(window: int, count: Callable[[str], int] = estimated_tokens) -> ModelProfile:
    """The profile of a model well below a billion parameters; the values were found on one with 135 million."""
    return ModelProfile(
        window,
        small=True,
        count=count,
        teacher_tokens=2_070,
        student_tokens=620,
        editor_tokens=890,
        reply_tokens_a_word=1.2,
    )
