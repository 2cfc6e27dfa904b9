"""The proxy's port to a response cache; the port to budgets is arf.teacher.budgets.Budgets."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from arf.kit.errors import RateLimited
from arf.summarising.summary import Written


class UpstreamLimited(RateLimited):
    """An upstream is rate-limiting, and no other one answers."""


@dataclass(frozen=True, slots=True)
class Answer:
    """An upstream's summary of a redacted call, as the cache keeps it."""

    upstream: str
    written: Written


class ResponseCache(Protocol):
    """Cached answers by key. The key includes the tenant, so one tenant's answers are never given to another."""

    async def get(self, tenant: str, key: str) -> Answer | None:
        """The answer, or None if there is none or it has expired."""

    async def put(self, tenant: str, key: str, call_id: str, answer: Answer) -> None:
        """Stores an answer; `call_id` is the call that first asked for it."""

    async def close(self) -> None:
        """Finishes pending writes. Called last."""
