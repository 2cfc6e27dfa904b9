from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import cast

import pytest

from arf.kit.errors import BudgetExhausted, InvalidRequest, RateLimited, Unavailable
from arf.teacher.batch import Batches, Result
from arf.teacher.proxy import Summarised, TeacherProxy
from arf.v1.summary_pb2 import CallSummary
from arf.v1.transcript_pb2 import Call, Turn
from tests.unit.teacher.fakes import Clock

pytestmark = pytest.mark.anyio


class Proxy:
    """Does to each call what `act` does."""

    def __init__(self, act: Callable[[Call], Awaitable[None]]) -> None:
        self.act = act
        self.deadlines: dict[str, float] = {}
        self.at_once = self.most_at_once = 0

    async def summarise(self, call: Call, deadline: float, *, model: str = "", refresh: bool = False) -> Summarised:
        self.deadlines[call.id] = deadline
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        try:
            await self.act(call)
        finally:
            self.at_once -= 1
        return Summarised(CallSummary(call_id=call.id), upstream=model)


def _calls(*ids: str) -> list[Call]:
    return [Call(id=i, turns=[Turn(speaker="customer", text="hello")]) for i in ids]


async def _nothing(call: Call) -> None:
    await asyncio.sleep(0)


def _batches(proxy: Proxy, clock: Clock, concurrency: int = 3) -> Batches:
    return Batches(cast("TeacherProxy", proxy), clock, deadline_s=10, concurrency=concurrency, sleep=clock.sleep)


async def _run(
    proxy: Proxy, calls: list[Call], clock: Clock | None = None, draining: asyncio.Event | None = None
) -> dict[int, Result]:
    clock = clock or Clock()
    results = _batches(proxy, clock).run(calls, clock.now + 100, draining or asyncio.Event(), model="m")
    return {index: result async for index, result in results}


async def test_each_call_has_its_outcome_and_one_failure_is_its_own() -> None:
    async def act(call: Call) -> None:
        if call.id == "b":
            raise BudgetExhausted("spent")
        if call.id == "c":
            raise ValueError("bug")

    results = await _run(Proxy(act), _calls("a", "b", "c", "d"))
    assert [type(results[n]) for n in range(4)] == [Summarised, BudgetExhausted, ValueError, Summarised]
    assert results[3] == Summarised(CallSummary(call_id="d"), upstream="m")


async def test_answers_come_as_they_are_ready() -> None:
    gate = asyncio.Event()

    async def act(call: Call) -> None:
        if call.id == "slow":
            await gate.wait()

    clock = Clock()
    results = _batches(Proxy(act), clock).run(_calls("slow", "a", "b"), clock.now + 100, asyncio.Event())
    assert [(await anext(results))[0], (await anext(results))[0]] == [1, 2]
    gate.set()
    assert (await anext(results))[0] == 0


async def test_so_many_are_worked_on_at_a_time_each_with_its_own_deadline() -> None:
    clock = Clock()

    async def act(call: Call) -> None:
        clock.now += 1
        await asyncio.sleep(0)

    proxy = Proxy(act)
    await _run(proxy, _calls(*"abcdefgh"), clock)
    assert proxy.most_at_once == 3
    assert len(set(proxy.deadlines.values())) > 2
    assert all(1010 <= d <= 1020 for d in proxy.deadlines.values())


async def test_call_over_the_rate_waits_for_its_turn() -> None:
    clock = Clock()
    limited = [True, True]

    async def act(call: Call) -> None:
        if limited:
            limited.pop()
            raise RateLimited("slowly", 7.0)

    results = await _run(Proxy(act), _calls("a"), clock)
    assert isinstance(results[0], Summarised)
    assert [7.0 <= pause <= 7.1 for pause in clock.slept] == [True, True]


async def test_call_that_would_wait_past_the_deadline_is_told_so() -> None:
    async def act(call: Call) -> None:
        raise RateLimited("slowly", 101.0)

    assert isinstance((await _run(Proxy(act), _calls("a")))[0], RateLimited)


async def test_no_call_is_begun_when_the_server_is_stopping() -> None:
    draining = asyncio.Event()

    async def act(call: Call) -> None:
        draining.set()

    results = await _run(Proxy(act), _calls(*"abcdef"), draining=draining)
    assert [isinstance(results[n], Unavailable) for n in range(6)] == [False, True, True, True, True, True]


async def test_bad_call_is_named_with_its_place_and_the_rest_goes_on() -> None:
    calls = _calls("a", "b")
    calls[1].turns[0].text = " "
    results = await _run(Proxy(_nothing), calls)
    assert isinstance(results[0], Summarised)
    refusal = results[1]
    assert isinstance(refusal, InvalidRequest)
    assert "calls[1].turns" in refusal.message


async def test_batch_is_refused_when_ids_repeat() -> None:
    with pytest.raises(InvalidRequest, match=r"calls\[2\]\.id: a is also that of calls\[0\]"):
        await _run(Proxy(_nothing), _calls("a", "b", "a"))


async def test_work_ends_when_nobody_listens_any_more() -> None:
    async def act(call: Call) -> None:
        if call.id != "a":
            await asyncio.Event().wait()

    proxy, clock = Proxy(act), Clock()
    results = _batches(proxy, clock).run(_calls(*"abcd"), clock.now + 100, asyncio.Event())
    await anext(results)
    await results.aclose()
    await asyncio.sleep(0.01)
    assert proxy.at_once == 0
