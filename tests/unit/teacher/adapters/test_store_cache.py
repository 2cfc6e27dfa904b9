from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from arf.kit.errors import Unavailable
from arf.kit.store.answers import CachedAnswer, SqlAnswers
from arf.teacher.adapters.store_cache import StoreCache
from arf.teacher.ports import Answer
from tests.helpers.sealing import Site

pytestmark = pytest.mark.anyio

ANSWER = Answer("The customer called because of <ID_1>.", "up", "m", 11, 5, "stop", "2026-01-01T00:00:00+00:00", 0.25)


class Now:
    def __init__(self) -> None:
        self.at = datetime(2026, 11, 24, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.at


def _cache(here: Site, now: Now | None = None) -> StoreCache:
    answers = SqlAnswers(here.database)
    return StoreCache(answers, here.sealer, asyncio.to_thread, ttl_s=60, now=now or Now())


async def test_answer_is_shared_by_replicas_and_is_one_tenants_alone(here: Site) -> None:
    await _cache(here).put("t", "k" * 64, "c-1", ANSWER)
    assert await _cache(here).get("t", "k" * 64) == ANSWER
    assert await _cache(here).get("u", "k" * 64) is None
    assert await _cache(here).get("t", "l" * 64) is None


async def test_answer_is_gone_when_its_time_is_over(here: Site) -> None:
    now = Now()
    cache = _cache(here, now)
    await cache.put("t", "k" * 64, "c-1", ANSWER)
    now.at += timedelta(seconds=59)
    assert await cache.get("t", "k" * 64) == ANSWER
    now.at += timedelta(seconds=2)
    assert await cache.get("t", "k" * 64) is None


async def test_answer_is_unreadable_in_the_database_and_gone_when_its_call_is_forgotten(
    here: Site, tmp_path: Path
) -> None:
    cache = _cache(here)
    await cache.put("t", "k" * 64, "c-1", ANSWER)
    stored = b"".join(path.read_bytes() for path in tmp_path.glob("store.db*"))
    assert b"k" * 64 in stored
    assert b"The customer called" not in stored
    here.sealer.forget("t", "c-1")
    assert await cache.get("t", "k" * 64) is None
    await cache.put("t", "l" * 64, "c-1", ANSWER)
    assert await cache.get("t", "l" * 64) is None


async def test_answer_of_one_key_does_not_open_under_another(here: Site) -> None:
    cache, answers = _cache(here), SqlAnswers(here.database)
    await cache.put("t", "k" * 64, "c-1", ANSWER)
    held = answers.get("t", "k" * 64, Now()())
    assert held is not None
    answers.put("t", "l" * 64, held)
    assert await cache.get("t", "l" * 64) is None


async def test_store_that_is_away_costs_an_answer_and_not_the_request(here: Site) -> None:
    class Away:
        def get(self, tenant: str, key_hash: str, now: datetime) -> CachedAnswer | None:
            raise Unavailable("away")

        def put(self, tenant: str, key_hash: str, answer: CachedAnswer) -> None:
            raise Unavailable("away")

        def forget(self, tenant: str, call_id: str) -> int:
            return 0

    cache = StoreCache(Away(), here.sealer, asyncio.to_thread, ttl_s=60)
    await cache.put("t", "k" * 64, "c-1", ANSWER)
    assert await cache.get("t", "k" * 64) is None
