"""A request to a model: chat messages, the beginning of the reply, and decoding parameters."""

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
    """Decoding parameters. `temperature` 0 is greedy; `seed` makes sampling repeatable."""

    max_new_tokens: int
    temperature: float = 0.0
    top_p: float = 1.0
    seed: int = 0
    stop: tuple[str, ...] = ()


@dataclass(frozen=True)
class Prompt:
    """A request for one completion.

    `prefill` is the beginning of the reply; models return it as part of the text.
    `version` names the template, e.g. `customer_service/teacher@1`.
    """

    messages: tuple[ChatMessage, ...]
    version: str
    prefill: str = ""


@dataclass(frozen=True)
class Completion:
    """A reply: its text with the prefill, token counts, seconds, and why it ended ("stop", "length").

    `top_logprobs`, if requested, are the likeliest tokens at each position of the reply with their natural log
    probabilities.
    """

    text: str
    prompt_tokens: int
    completion_tokens: int
    seconds: float
    finish_reason: str
    top_logprobs: tuple[Mapping[str, float], ...] = ()
