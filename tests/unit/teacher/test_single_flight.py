from __future__ import annotations

import asyncio

import pytest

from arf.teacher.single_flight import SingleFlight

pytestmark = pytest.mark.anyio


class Work:
    """Counts how often it was begun, and ends when it is told to."""

    def __init__(self) -> None:
        self.begun = self.cancelled = 0
        self.gate = asyncio.Event()

    async def __call__(self) -> int:
        self.begun += 1
        try:
            await self.gate.wait()
        except asyncio.CancelledError:
            self.cancelled += 1
            raise
        return self.begun


async def _settled() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


async def test_work_is_done_once_when_many_ask_for_the_same() -> None:
    flights, work = SingleFlight[int](), Work()
    asked = [asyncio.create_task(flights.do("k", work)) for _ in range(5)]
    await _settled()
    work.gate.set()
    assert sorted(await asyncio.gather(*asked)) == [(1, False), *[(1, True)] * 4]


async def test_work_is_done_anew_when_the_first_is_over() -> None:
    flights, work = SingleFlight[int](), Work()
    work.gate.set()
    assert [await flights.do("k", work), await flights.do("k", work)] == [(1, False), (2, False)]


async def test_work_goes_on_when_its_first_asker_leaves() -> None:
    flights, work = SingleFlight[int](), Work()
    first, second = (asyncio.create_task(flights.do("k", work)) for _ in range(2))
    await _settled()
    first.cancel()
    await _settled()
    work.gate.set()
    assert await second == (1, True)
    assert work.cancelled == 0


async def test_work_ends_when_nobody_waits_for_it_and_the_next_one_begins_anew() -> None:
    flights, work = SingleFlight[int](), Work()
    asked = [asyncio.create_task(flights.do("k", work)) for _ in range(2)]
    await _settled()
    for task in asked:
        task.cancel()
    await _settled()
    assert work.cancelled == 1
    work.gate.set()
    assert await flights.do("k", work) == (2, False)


async def test_work_that_was_given_up_and_ends_late_does_not_part_those_who_ask_after_it() -> None:
    flights, work, end = SingleFlight[int](), Work(), asyncio.Event()

    async def ends_late() -> int:
        try:
            return await asyncio.Event().wait()
        finally:
            await end.wait()

    given_up = asyncio.create_task(flights.do("k", ends_late))
    await _settled()
    given_up.cancel()
    await _settled()
    second = asyncio.create_task(flights.do("k", work))
    await _settled()
    end.set()
    await _settled()
    third = asyncio.create_task(flights.do("k", work))
    await _settled()
    work.gate.set()
    assert await asyncio.gather(second, third) == [(1, False), (1, True)]


async def test_error_is_everybodys_and_is_not_kept() -> None:
    flights = SingleFlight[int]()

    async def fails() -> int:
        await asyncio.sleep(0)
        raise ValueError("no")

    outcomes = await asyncio.gather(*(flights.do("k", fails) for _ in range(3)), return_exceptions=True)
    assert [type(o) for o in outcomes] == [ValueError] * 3
    work = Work()
    work.gate.set()
    assert await flights.do("k", work) == (1, False)
