from __future__ import annotations

import dataclasses

import pytest
from hypothesis import given
from hypothesis import strategies as st

from arf.calls.prompt import ChatMessage, Prompt
from arf.summarising.summary import Written
from arf.teacher.cache import MemoryCache, answer_key
from arf.teacher.ports import Answer
from tests.unit.teacher.fakes import Clock

PROMPT = Prompt((ChatMessage("system", "s"), ChatMessage("user", "u")), "p@1", "pre")
ANSWER = Answer("up", Written("text", "m", "p@1", "{}", 1, 2, "stop", "2026-01-01T00:00:00+00:00", 0.5))


def _key(
    tenant: str = "t", prompt: Prompt = PROMPT, model: str = "m", parameters: str = "{}", policy: str = "p"
) -> str:
    return answer_key(tenant, prompt, model, parameters, policy)


def test_key_differs_when_anything_does_that_the_answer_depends_on() -> None:
    others = [
        _key(tenant="u"),
        _key(model="n"),
        _key(parameters="[]"),
        _key(policy=""),
        _key(prompt=dataclasses.replace(PROMPT, version="p@2")),
        _key(prompt=dataclasses.replace(PROMPT, prefill="")),
        _key(prompt=dataclasses.replace(PROMPT, messages=PROMPT.messages[:1])),
        _key(prompt=dataclasses.replace(PROMPT, messages=(ChatMessage("system", "s"), ChatMessage("assistant", "u")))),
    ]
    assert len({_key(), *others}) == len(others) + 1
    assert _key() == _key(prompt=dataclasses.replace(PROMPT))


_PART = st.text(alphabet="a:1\x00", max_size=4)


@given(st.tuples(*[_PART] * 3), st.tuples(*[_PART] * 3))
def test_key_differs_when_parts_are_cut_elsewhere(one: tuple[str, str, str], other: tuple[str, str, str]) -> None:
    def key(parts: tuple[str, str, str]) -> str:
        return _key(parts[0], Prompt((ChatMessage("user", parts[1]),), parts[2]))

    assert (key(one) == key(other)) is (one == other)


@pytest.mark.anyio
async def test_answer_is_there_until_its_time_is_over() -> None:
    clock = Clock()
    cache = MemoryCache(clock, ttl_s=10)
    await cache.put("t", "k", "c", ANSWER)
    clock.now += 9.9
    assert await cache.get("t", "k") == ANSWER
    clock.now += 0.1
    assert await cache.get("t", "k") is None


@pytest.mark.anyio
async def test_answer_is_not_anothers() -> None:
    cache = MemoryCache(Clock(), ttl_s=10)
    await cache.put("t", "k", "c", ANSWER)
    assert await cache.get("u", "k") is None


@pytest.mark.anyio
async def test_answer_longest_unused_makes_room_when_the_cache_is_full() -> None:
    cache = MemoryCache(Clock(), ttl_s=10, most=2)
    await cache.put("t", "a", "c", ANSWER)
    await cache.put("t", "b", "c", ANSWER)
    assert await cache.get("t", "a")
    await cache.put("t", "c", "c", ANSWER)
    assert [await cache.get("t", k) is not None for k in "abc"] == [True, False, True]
