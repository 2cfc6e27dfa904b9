"""What an engine is asked: chat messages, the words the reply begins with, and how to decode."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class ChatMessage:
    """One chat message; `role` is system, user or assistant."""

    role: str
    content: str


@dataclass(frozen=True)
class Decoding:
    """How to decode. `temperature` 0 is greedy; `seed` makes sampling repeatable."""

    max_new_tokens: int
    temperature: float = 0.0
    top_p: float = 1.0
    seed: int = 0
    stop: tuple[str, ...] = ()


@dataclass(frozen=True)
class Prompt:
    """A request for one completion.

    `prefill` is how the reply begins; engines return it as part of the text.
    `version` names the template, e.g. `customer_service/teacher@1`.
    """

    messages: tuple[ChatMessage, ...]
    version: str
    prefill: str = ""


@dataclass(frozen=True)
class Completion:
    """A reply: its text with the prefill, token counts, seconds, and whether the model ended it ("stop", "length").

    `top_logprobs` are, where they were asked for, the likeliest tokens at each place of the reply with their
    natural logarithms of probability.
    """

    text: str
    prompt_tokens: int
    completion_tokens: int
    seconds: float
    finish_reason: str
    top_logprobs: tuple[Mapping[str, float], ...] = ()
