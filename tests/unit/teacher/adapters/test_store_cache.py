from __future__ import annotations

import asyncio
import threading
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from structlog.testing import capture_logs

from arf.kit.errors import Unavailable
from arf.summarising.summary import Written
from arf.teacher.adapters import store_cache
from arf.teacher.adapters.store_cache import StoreCache
from arf.teacher.answers import CachedAnswer, CacheKey, SqlAnswers
from arf.teacher.ports import Answer
from tests.helpers.sealing import Site

pytestmark = pytest.mark.anyio

TEXT = "The customer called because of <ID_1>."
ANSWER = Answer("up", Written(TEXT, "m", "p@1", "{}", 11, 5, "stop", "2026-01-01T00:00:00+00:00", 0.25))


class Now:
    def __init__(self) -> None:
        self.at = datetime(2026, 11, 24, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.at


def _cache(here: Site, now: Now | None = None) -> StoreCache:
    answers = SqlAnswers(here.database)
    return StoreCache(answers, here.sealer, asyncio.to_thread, ttl_s=60, now=now or Now())


async def _kept(cache: StoreCache, key: str) -> None:
    """Puts the answer of call c-1 there, and waits until it is written."""
    await cache.put("t", key * 64, "c-1", ANSWER)
    await cache.close()


async def test_answer_is_shared_by_replicas_and_is_one_tenants_alone(here: Site) -> None:
    await _kept(_cache(here), "k")
    assert await _cache(here).get("t", "k" * 64) == ANSWER
    assert await _cache(here).get("u", "k" * 64) is None
    assert await _cache(here).get("t", "l" * 64) is None


async def test_answer_is_gone_when_its_time_is_over(here: Site) -> None:
    now = Now()
    cache = _cache(here, now)
    await _kept(cache, "k")
    now.at += timedelta(seconds=59)
    assert await cache.get("t", "k" * 64) == ANSWER
    now.at += timedelta(seconds=2)
    assert await cache.get("t", "k" * 64) is None


async def test_answer_is_unreadable_in_the_database_and_gone_when_its_call_is_forgotten(
    here: Site, tmp_path: Path
) -> None:
    cache = _cache(here)
    await _kept(cache, "k")
    stored = b"".join(path.read_bytes() for path in tmp_path.glob("store.db*"))
    assert b"k" * 64 in stored
    assert b"The customer called" not in stored
    here.sealer.forget("t", "c-1")
    assert await cache.get("t", "k" * 64) is None
    await _kept(cache, "l")
    assert await cache.get("t", "l" * 64) is None


async def test_answer_of_one_key_does_not_open_under_another(here: Site) -> None:
    cache, answers = _cache(here), SqlAnswers(here.database)
    await _kept(cache, "k")
    held = answers.get("t", "k" * 64, Now()())
    assert held is not None
    answers.put({("t", "l" * 64): held})
    assert await cache.get("t", "l" * 64) is None


async def test_store_that_is_away_costs_an_answer_and_not_the_request(here: Site) -> None:
    class Away(SqlAnswers):
        def get(self, tenant: str, key_hash: str, now: datetime) -> CachedAnswer | None:
            raise Unavailable("away")

        def put(self, answers: Mapping[CacheKey, CachedAnswer]) -> None:
            raise Unavailable("away")

    cache = StoreCache(Away(here.database), here.sealer, asyncio.to_thread, ttl_s=60)
    await _kept(cache, "k")
    assert await cache.get("t", "k" * 64) is None


async def test_answer_is_found_before_it_is_written_and_nobody_waits_for_that(here: Site) -> None:
    slow = threading.Event()

    def in_thread(work: Callable[..., Any], *given: Any) -> Awaitable[Any]:
        return asyncio.to_thread(lambda: slow.wait(60) and work(*given))

    cache = StoreCache(SqlAnswers(here.database), here.sealer, in_thread, ttl_s=60, now=Now())
    await cache.put("t", "k" * 64, "c-1", ANSWER)
    assert await cache.get("t", "k" * 64) == ANSWER
    assert await _cache(here).get("t", "k" * 64) is None

    slow.set()
    await cache.close()
    assert await _cache(here).get("t", "k" * 64) == ANSWER


async def test_nobody_waits_however_slow_the_store_and_the_oldest_answers_are_dropped(
    here: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store_cache, "_UNWRITTEN", 3)
    go = asyncio.Event()

    async def in_thread(work: Callable[..., Any], *given: Any) -> Any:
        await go.wait()
        return work(*given)

    cache = StoreCache(SqlAnswers(here.database), here.sealer, in_thread, ttl_s=60, now=Now())
    for n in range(5):
        await cache.put("t", str(n) * 64, "c-1", ANSWER)
    go.set()
    with capture_logs() as logs:
        await cache.close()

    assert [await _cache(here).get("t", str(n) * 64) for n in range(5)] == [None, None, ANSWER, ANSWER, ANSWER]
    assert [(log["event"], log["count"]) for log in logs] == [("answers are not cached", 2)]


async def test_answers_are_written_together_once_there_are_enough(here: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store_cache, "_BATCH", 3)
    monkeypatch.setattr(store_cache, "_PAUSE_S", 3600.0)
    written: list[int] = []
    once = asyncio.Event()

    class Counting(SqlAnswers):
        def put(self, answers: Mapping[CacheKey, CachedAnswer]) -> None:
            super().put(answers)
            written.append(len(answers))

    async def in_thread(work: Callable[..., Any], *given: Any) -> Any:
        work(*given)
        once.set()

    cache = StoreCache(Counting(here.database), here.sealer, in_thread, ttl_s=60, now=Now())
    for n in range(2):
        await cache.put("t", str(n) * 64, "c-1", ANSWER)
        await asyncio.sleep(0)
    assert written == []
    for n in range(2, 5):
        await cache.put("t", str(n) * 64, "c-1", ANSWER)
    await once.wait()
    assert written == [3]
    await cache.close()
    assert written == [3, 2]


async def test_store_that_breaks_is_logged_without_what_it_said(here: Site) -> None:
    async def in_thread(_: Callable[..., Any], *given: Any) -> Any:
        raise ValueError("The customer called")

    cache = StoreCache(SqlAnswers(here.database), here.sealer, in_thread, ttl_s=60)
    with capture_logs() as logs:
        await _kept(cache, "k")
    assert [(log["event"], log["reason"]) for log in logs] == [("answers are not cached", "ValueError")]
