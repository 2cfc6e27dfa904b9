from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Sequence

import pytest

from arf.inference.batcher import Batcher
from arf.inference.port import Progress

pytestmark = pytest.mark.anyio


class Gated:
    """Work that echoes, keeps its batches, and waits for its gate to be opened."""

    def __init__(self) -> None:
        self.batches: list[tuple[str, list[str]]] = []
        self.gate = threading.Event()
        self.error: Exception | None = None

    def __call__(self, key: str, requests: Sequence[str], progress: Progress) -> list[str]:
        self.batches.append((key, list(requests)))
        self.gate.wait(10)
        if self.error is not None:
            raise self.error
        if "bad" in requests:
            raise ValueError("bad")
        progress(len(requests))
        return [request.upper() for request in requests]


def _ask(batcher: Batcher[str, str, str], *texts: str, key: str = "k") -> list[asyncio.Task[list[str]]]:
    return [asyncio.create_task(batcher.answers(key, [text])) for text in texts]


async def _until(true: Callable[[], bool]) -> None:
    async with asyncio.timeout(10):
        while not true():
            await asyncio.sleep(0.001)


async def test_requests_that_wait_while_it_works_are_its_next_batch() -> None:
    work = Gated()
    batcher = Batcher(work, "test", most=4)
    first = _ask(batcher, "0")
    await _until(lambda: bool(work.batches))
    rest = _ask(batcher, *"123456")
    await _until(lambda: batcher.waiting == 6)
    work.gate.set()
    assert await asyncio.gather(*first, *rest) == [[text] for text in "0123456"]
    assert [len(requests) for _, requests in work.batches] == [1, 4, 2]
    await batcher.close()


async def test_requests_of_another_key_are_worked_on_apart() -> None:
    work = Gated()
    batcher = Batcher(work, "test")
    tasks = _ask(batcher, "0")
    await _until(lambda: bool(work.batches))
    tasks += _ask(batcher, "1", "2") + _ask(batcher, "3", key="other") + _ask(batcher, "4")
    await _until(lambda: batcher.waiting == 4)
    work.gate.set()
    await asyncio.gather(*tasks)
    assert work.batches == [("k", ["0"]), ("k", ["1", "2", "4"]), ("other", ["3"])]
    await batcher.close()


async def test_group_is_worked_on_whole_when_it_is_larger_than_a_batch() -> None:
    work = Gated()
    work.gate.set()
    batcher = Batcher(work, "test", most=2)
    told: list[int] = []
    assert await batcher.answers("k", list("abc"), told.append) == list("ABC")
    await asyncio.sleep(0)
    assert told == [3]
    await batcher.close()


async def test_request_that_was_given_up_while_it_waited_is_not_worked_on() -> None:
    work = Gated()
    batcher = Batcher(work, "test")
    first = _ask(batcher, "0")
    await _until(lambda: bool(work.batches))
    given_up, kept = _ask(batcher, "1", "2")
    await _until(lambda: batcher.waiting == 2)
    given_up.cancel()
    await asyncio.sleep(0)
    work.gate.set()
    await asyncio.gather(*first, kept)
    assert [requests for _, requests in work.batches] == [["0"], ["2"]]
    await batcher.close()


async def test_request_that_cannot_be_is_not_its_neighbours_fault() -> None:
    work = Gated()
    batcher = Batcher(work, "test")
    first = _ask(batcher, "0")
    await _until(lambda: bool(work.batches))
    rest = _ask(batcher, "1", "bad", "2")
    await _until(lambda: batcher.waiting == 3)
    work.gate.set()
    await asyncio.gather(*first)
    one, failure, two = await asyncio.gather(*rest, return_exceptions=True)
    assert (one, two) == (["1"], ["2"])
    assert isinstance(failure, ValueError)
    await batcher.close()


async def test_error_reaches_all_who_wait_and_the_next_one_is_tried() -> None:
    work = Gated()
    work.gate.set()
    work.error = OSError("down")
    batcher = Batcher(work, "test")
    outcomes = await asyncio.gather(*_ask(batcher, "0", "1"), return_exceptions=True)
    assert all(isinstance(outcome, OSError) for outcome in outcomes)
    work.error = None
    assert await batcher.answers("k", ["x"]) == ["X"]
    await batcher.close()


async def test_what_waits_is_cancelled_when_it_is_closed() -> None:
    work = Gated()
    batcher = Batcher(work, "test")
    (first,) = _ask(batcher, "0")
    await _until(lambda: bool(work.batches))
    (second,) = _ask(batcher, "1")
    await _until(lambda: batcher.waiting == 1)
    closing = asyncio.create_task(batcher.close())
    await asyncio.sleep(0.01)
    work.gate.set()
    await closing
    assert await first == ["0"]
    with pytest.raises(asyncio.CancelledError):
        await second
