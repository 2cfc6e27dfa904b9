"""The response cache shared by replicas: answers in the database, sealed with the key of the call that first asked."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any

import structlog

from arf.kit.errors import ArfError, Unavailable
from arf.privacy.seal import Forgotten
from arf.privacy.sealed_records import Seals, unsealed
from arf.summarising.summary import Written
from arf.teacher.answers import CachedAnswer, CacheKey, SqlAnswers
from arf.teacher.ports import Answer
from arf.v1.summary_pb2 import CallSummary, Summary, Usage
from arf.v1.teacher_service_pb2 import SummarizeResponse

logger = structlog.get_logger(__name__)

_SCHEMA = SummarizeResponse.DESCRIPTOR.full_name

_BATCH = 100
_PAUSE_S = 1.0
"""Longest wait for a batch to fill: an answer written by itself takes twenty times as long as one of a hundred."""
_UNWRITTEN = 2000
"""Most answers that wait to be written; beyond it the oldest is dropped, which costs money if it is asked for again."""

_Held = tuple[str, Answer]


class StoreCache:
    """A ResponseCache on the database, for one event loop; forgetting a call makes its cached answers unreadable.

    Writes happen in the background, in batches, so no answer waits for them. This replica sees an answer at once, the
    others a second later. A database failure counts as a cache miss.
    """

    def __init__(
        self,
        answers: SqlAnswers,
        seals: Seals,
        in_thread: Callable[..., Awaitable[Any]],
        *,
        ttl_s: float,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._answers, self._seals, self._in_thread = answers, seals, in_thread
        self._ttl, self._now = timedelta(seconds=ttl_s), now
        self._unwritten: dict[CacheKey, _Held] = {}
        self._writing: asyncio.Task[None] | None = None
        self._due, self._closing = asyncio.Event(), False
        self._dropped = 0

    async def get(self, tenant: str, key: str) -> Answer | None:
        if (unwritten := self._unwritten.get((tenant, key))) is not None:
            return unwritten[1]
        try:
            found: Answer | None = await self._in_thread(self._opened, tenant, key)
        except (Unavailable, Forgotten):
            return None
        return found

    async def put(self, tenant: str, key: str, call_id: str, answer: Answer) -> None:
        self._unwritten[tenant, key] = (call_id, answer)
        if len(self._unwritten) > _UNWRITTEN:
            del self._unwritten[next(iter(self._unwritten))]
            self._dropped += 1
        if len(self._unwritten) >= _BATCH:
            self._due.set()
        if self._writing is None or self._writing.done():
            self._writing = asyncio.create_task(self._write())

    async def close(self) -> None:
        self._closing = True
        self._due.set()
        if self._writing is not None:
            await asyncio.wait([self._writing])

    async def _write(self) -> None:
        """Writes pending answers in batches until none is left."""
        while self._unwritten:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._due.wait(), _PAUSE_S)
            if len(self._unwritten) <= _BATCH and not self._closing:
                self._due.clear()
            batch = dict(islice(self._unwritten.items(), _BATCH))
            try:
                await self._in_thread(self._seal, batch)
            except Exception as error:  # noqa: BLE001  # nobody waits for it, and the answers were given
                reason = error.message if isinstance(error, ArfError) else type(error).__name__
                logger.warning("answers are not cached", count=len(batch), reason=reason)
            for place, held in batch.items():
                if self._unwritten.get(place) is held:
                    del self._unwritten[place]
            if self._dropped:
                logger.warning("answers are not cached", count=self._dropped, reason="the database is too slow")
                self._dropped = 0

    def _opened(self, tenant: str, key: str) -> Answer | None:
        cached = self._answers.get(tenant, key, self._now())
        if cached is None:
            return None
        try:
            held = unsealed(self._seals, cached.answer, _record_key(tenant, key), SummarizeResponse)
        except (Unavailable, Forgotten):
            raise
        except ArfError:
            # Damaged, or written by another release: treat it as a miss; the new answer replaces it.
            return None
        summary = held.summary.summary
        written = Written(
            text=summary.text,
            model=summary.model,
            prompt_version=summary.prompt_version,
            parameters=summary.parameters,
            prompt_tokens=summary.usage.prompt_tokens,
            completion_tokens=summary.usage.completion_tokens,
            finish_reason=summary.finish_reason,
            created_at=summary.created_at,
            seconds=summary.usage.seconds,
        )
        return Answer(held.upstream, written)

    def _seal(self, batch: Mapping[CacheKey, _Held]) -> None:
        self._seals.prepare((tenant, call_id) for (tenant, _), (call_id, _) in batch.items())
        now = self._now()
        sealed: dict[CacheKey, CachedAnswer] = {}
        for (tenant, key), (call_id, answer) in batch.items():
            held, record_key = _response(answer).SerializeToString(), _record_key(tenant, key)
            try:
                box = self._seals.seal(tenant, call_id, _SCHEMA, held, record_key)
            except Forgotten:
                continue
            sealed[tenant, key] = CachedAnswer(call_id, box, now, now + self._ttl)
        self._answers.put(sealed)


def _response(answer: Answer) -> SummarizeResponse:
    made = answer.written
    summary = Summary(
        text=made.text,
        model=made.model,
        created_at=made.created_at,
        prompt_version=made.prompt_version,
        parameters=made.parameters,
        usage=Usage(prompt_tokens=made.prompt_tokens, completion_tokens=made.completion_tokens, seconds=made.seconds),
        finish_reason=made.finish_reason,
    )
    return SummarizeResponse(summary=CallSummary(summary=summary), upstream=answer.upstream)


def _record_key(tenant: str, key: str) -> str:
    return f"teacher_answer/{tenant}/{key}"
