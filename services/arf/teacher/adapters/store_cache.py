"""The response cache that replicas share: answers in the database, sealed with the key of the call that asked first."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import structlog

from arf.kit.errors import ArfError, Unavailable
from arf.kit.seal import Forgotten
from arf.kit.sealed_records import Seals, unsealed
from arf.kit.store.answers import Answers, CachedAnswer
from arf.teacher.ports import Answer
from arf.v1.summary_pb2 import CallSummary, Summary, Usage
from arf.v1.teacher_service_pb2 import SummarizeResponse

logger = structlog.get_logger(__name__)

_SCHEMA = SummarizeResponse.DESCRIPTOR.full_name

_UNWRITTEN = 500
"""From so many answers on that are still to be written, whoever asks waits for the store."""


class StoreCache:
    """A ResponseCache on the store. To forget the call that asked first is to forget its answer. For one event loop.

    Answers are written behind: nobody waits for the store to get what the upstream has said. This replica finds them at
    once, the others a moment later.
    """

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
        self._unwritten: dict[tuple[str, str], Answer] = {}
        self._writing: set[asyncio.Task[None]] = set()

    async def get(self, tenant: str, key: str) -> Answer | None:
        """The answer, unless it is too old. A store that does not answer has none: the upstream is asked."""
        if (unwritten := self._unwritten.get((tenant, key))) is not None:
            return unwritten
        try:
            found: Answer | None = await self._in_thread(self._opened, tenant, key)
        except (Unavailable, Forgotten):
            return None
        return found

    async def put(self, tenant: str, key: str, call_id: str, answer: Answer) -> None:
        """Keeps an answer; where that cannot be, it is lost for the cache alone."""
        self._unwritten[tenant, key] = answer
        task = asyncio.create_task(self._write(tenant, key, call_id, answer))
        self._writing.add(task)
        task.add_done_callback(self._writing.discard)
        if len(self._writing) > _UNWRITTEN:
            await asyncio.wait([task])

    async def close(self) -> None:
        """Writes what is not written yet."""
        if self._writing:
            await asyncio.wait(self._writing)

    async def _write(self, tenant: str, key: str, call_id: str, answer: Answer) -> None:
        try:
            await self._in_thread(self._sealed, tenant, key, call_id, answer)
        except Forgotten:
            pass
        except Exception as error:  # noqa: BLE001  # nobody waits for it, and the answer was given
            reason = error.message if isinstance(error, ArfError) else type(error).__name__
            logger.warning("an answer is not cached", reason=reason)
        finally:
            if self._unwritten.get((tenant, key)) is answer:
                del self._unwritten[tenant, key]

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
