"""What the proxy needs of the world beside models: a cache; its ledger of budgets is arf.teacher.budgets.Budgets."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from arf.kit.errors import RateLimited
from arf.summarising.summary import Written


class UpstreamLimited(RateLimited):
    """An upstream takes no more for now, and none answers instead."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What the model of an upstream wrote of a redacted call, as the cache keeps it."""

    upstream: str
    written: Written


class ResponseCache(Protocol):
    """Answers by key. One tenant's are never another's: the key holds the tenant, too."""

    async def get(self, tenant: str, key: str) -> Answer | None:
        """The answer, unless it is too old."""

    async def put(self, tenant: str, key: str, call_id: str, answer: Answer) -> None:
        """Keeps an answer that `call_id` was the first to ask for."""

    async def close(self) -> None:
        """Finishes what was begun. Last of all."""
