"""The response cache that replicas share: answers in the database, sealed with the key of the call that asked first."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from arf.kit.errors import ArfError, Unavailable
from arf.kit.seal import Forgotten
from arf.kit.sealed_records import Seals, unsealed
from arf.kit.store.answers import Answers, CachedAnswer
from arf.teacher.ports import Answer
from arf.v1.summary_pb2 import CallSummary, Summary, Usage
from arf.v1.teacher_service_pb2 import SummarizeResponse

_SCHEMA = SummarizeResponse.DESCRIPTOR.full_name


class StoreCache:
    """A ResponseCache on the store. To forget the call that asked first is to forget its answer."""

    def __init__(
        self,
        answers: Answers,
        seals: Seals,
        in_thread: Callable[..., Awaitable[Any]],
        *,
        ttl_s: float,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._answers, self._seals, self._in_thread = answers, seals, in_thread
        self._ttl, self._now = timedelta(seconds=ttl_s), now

    async def get(self, tenant: str, key: str) -> Answer | None:
        """The answer, unless it is too old. A store that does not answer has none: the upstream is asked."""
        try:
            found: Answer | None = await self._in_thread(self._opened, tenant, key)
        except (Unavailable, Forgotten):
            return None
        return found

    async def put(self, tenant: str, key: str, call_id: str, answer: Answer) -> None:
        """Keeps an answer; where that cannot be, it is lost for the cache alone."""
        try:
            await self._in_thread(self._sealed, tenant, key, call_id, answer)
        except (Unavailable, Forgotten):
            return

    def _opened(self, tenant: str, key: str) -> Answer | None:
        cached = self._answers.get(tenant, key, self._now())
        if cached is None:
            return None
        try:
            held = unsealed(self._seals, cached.answer, _record_key(tenant, key), SummarizeResponse)
        except (Unavailable, Forgotten):
            raise
        except ArfError:
            # Damaged, or of another release: it is written anew.
            return None
        summary = held.summary.summary
        return Answer(
            text=summary.text,
            upstream=held.upstream,
            model=summary.model,
            prompt_tokens=summary.usage.prompt_tokens,
            completion_tokens=summary.usage.completion_tokens,
            finish_reason=summary.finish_reason,
            created_at=summary.created_at,
            seconds=summary.usage.seconds,
        )

    def _sealed(self, tenant: str, key: str, call_id: str, answer: Answer) -> None:
        usage = Usage(
            prompt_tokens=answer.prompt_tokens,
            completion_tokens=answer.completion_tokens,
            seconds=answer.seconds,
        )
        summary = Summary(
            text=answer.text,
            model=answer.model,
            created_at=answer.created_at,
            usage=usage,
            finish_reason=answer.finish_reason,
        )
        held = SummarizeResponse(summary=CallSummary(summary=summary), upstream=answer.upstream)
        sealed = self._seals.seal(tenant, call_id, _SCHEMA, held.SerializeToString(), _record_key(tenant, key))
        now = self._now()
        self._answers.put(tenant, key, CachedAnswer(call_id, sealed, now, now + self._ttl))


def _record_key(tenant: str, key: str) -> str:
    return f"teacher_answer/{tenant}/{key}"
