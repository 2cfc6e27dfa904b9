"""What the proxy needs of the world: upstreams and a cache; its ledger of budgets is arf.teacher.budgets.Budgets."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from dataclasses import dataclass
from typing import Protocol

from arf.calls.prompt import Decoding, Prompt
from arf.kit.errors import ArfError, Code, RateLimited


@dataclass(frozen=True, slots=True)
class Reply:
    """What an upstream answered: text with the prefill, tokens, and whether the model ended it ("stop", "length")."""

    text: str
    prompt_tokens: int
    completion_tokens: int
    finish_reason: str


class UpstreamFailed(ArfError):
    """One attempt at one upstream failed.

    `passing`: trying again may help. `sick`: it speaks against the upstream's health, unlike a limit or a refusal.
    `billed`: the upstream may have charged for it all the same. `limited`: it answers, though not so fast.
    """

    code = Code.UNAVAILABLE

    def __init__(
        self,
        message: str,
        *,
        passing: bool,
        sick: bool,
        billed: bool = False,
        limited: bool = False,
        retry_after_s: float | None = None,
    ) -> None:
        super().__init__(message, retry_after_s)
        self.passing, self.sick, self.billed, self.limited = passing, sick, billed, limited


class UpstreamLimited(RateLimited):
    """An upstream takes no more for now, and none answers instead."""


class Upstream(Protocol):
    """A model that somebody serves. Every method makes one attempt and raises UpstreamFailed."""

    @property
    def name(self) -> str:
        """What it is called in answers and metrics."""

    @property
    def model(self) -> str:
        """The model that it serves."""

    async def complete(self, prompt: Prompt, decoding: Decoding, timeout_s: float) -> Reply:
        """The whole answer within `timeout_s`."""

    def stream(self, prompt: Prompt, decoding: Decoding, timeout_s: float) -> AsyncGenerator[str | Reply]:
        """The answer in pieces, the prefill first, and at the end the whole."""

    async def close(self) -> None:
        """Closes its connections."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A redacted answer as the cache keeps it, with where and when it came from; `seconds` is what it took then."""

    text: str
    upstream: str
    model: str
    prompt_tokens: int
    completion_tokens: int
    finish_reason: str
    created_at: str
    seconds: float


class ResponseCache(Protocol):
    """Answers by key. One tenant's are never another's: the key holds the tenant, too."""

    async def get(self, tenant: str, key: str) -> Answer | None:
        """The answer, unless it is too old."""

    async def put(self, tenant: str, key: str, call_id: str, answer: Answer) -> None:
        """Keeps an answer that `call_id` was the first to ask for."""

    async def close(self) -> None:
        """Finishes what was begun. Last of all."""
