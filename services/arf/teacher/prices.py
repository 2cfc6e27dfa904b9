"""What tokens cost, and how many a prompt may have before the upstream counts them."""

from __future__ import annotations

from dataclasses import dataclass

from arf.calls.prompt import Decoding, Prompt

_MILLION = 1_000_000
_BYTES_A_TOKEN = 3
_TOKENS_A_MESSAGE = 8


@dataclass(frozen=True)
class Price:
    """Micros (millionths of the currency) for a million tokens."""

    prompt: int = 0
    completion: int = 0

    def cost(self, prompt_tokens: int, completion_tokens: int) -> int:
        """Micros, rounded up."""
        return -(-(prompt_tokens * self.prompt + completion_tokens * self.completion) // _MILLION)


FREE = Price()
"""For a model of one's own."""


@dataclass(frozen=True)
class Estimate:
    """What a request may take at most, for ordinary text: it has more bytes a token than is assumed here."""

    prompt_tokens: int
    completion_tokens: int

    @property
    def tokens(self) -> int:
        """Both together."""
        return self.prompt_tokens + self.completion_tokens


def estimate(prompt: Prompt, decoding: Decoding) -> Estimate:
    """The estimate for a prompt, without a tokeniser."""
    size = len(prompt.prefill.encode()) + sum(len(m.content.encode()) for m in prompt.messages)
    return Estimate(
        size // _BYTES_A_TOKEN + 1 + _TOKENS_A_MESSAGE * (len(prompt.messages) + 1), decoding.max_new_tokens
    )
