"""The price of tokens, and an estimate of a prompt's tokens before the upstream counts them."""

from __future__ import annotations

from dataclasses import dataclass

from arf.calls.prompt import Decoding, Prompt

_MILLION = 1_000_000
_BYTES_A_TOKEN = 3
_TOKENS_A_MESSAGE = 8


@dataclass(frozen=True)
class Price:
    """Micros (millionths of the currency) per million tokens."""

    prompt: int = 0
    completion: int = 0

    def cost(self, prompt_tokens: int, completion_tokens: int) -> int:
        """The cost in micros, rounded up."""
        return -(-(prompt_tokens * self.prompt + completion_tokens * self.completion) // _MILLION)


FREE = Price()
"""The price of a self-hosted model."""


@dataclass(frozen=True)
class TokenEstimate:
    """What a request may take at most, for ordinary text: it has more bytes a token than is assumed here."""

    prompt_tokens: int
    completion_tokens: int

    @property
    def tokens(self) -> int:
        """Prompt and completion tokens together."""
        return self.prompt_tokens + self.completion_tokens


def estimate(prompt: Prompt, decoding: Decoding) -> TokenEstimate:
    """Estimates a prompt's tokens without a tokenizer."""
    size = len(prompt.prefill.encode()) + sum(len(m.content.encode()) for m in prompt.messages)
    return TokenEstimate(
        size // _BYTES_A_TOKEN + 1 + _TOKENS_A_MESSAGE * (len(prompt.messages) + 1), decoding.max_new_tokens
    )
