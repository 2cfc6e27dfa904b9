from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from arf.calls.prompt import Completion, Decoding, Message, Prompt
from arf.inference.gathering import GatheringEngine
from arf.inference.ports import Progress
from arf.kit.errors import InvalidRecord, Unavailable
from arf.teacher.adapters.local import LocalUpstream
from arf.teacher.ports import Reply, UpstreamFailed

pytestmark = pytest.mark.anyio

DECODING = Decoding(max_new_tokens=5)


class Engine:
    """Echoes; keeps the sizes of its batches, and waits for the gate."""

    model = "echo"

    def __init__(self, *, error: Exception | None = None, window: int = 100) -> None:
        self.batches: list[int] = []
        self.window = window
        self.gate = threading.Event()
        self.gate.set()
        self.error = error

    def complete(
        self,
        prompts: Sequence[Prompt],
        decoding: Decoding,
        *,
        adapter: Path | None = None,
        progress: Progress | None = None,
    ) -> list[Completion]:
        self.batches.append(len(prompts))
        self.gate.wait(10)
        if self.error is not None:
            raise self.error
        if any(len(p.messages[0].content) > self.window for p in prompts):
            raise InvalidRecord("prompt", "too long")
        return [Completion(p.messages[0].content, 3, 2, 0.1, "stop") for p in prompts]


def _prompt(text: str) -> Prompt:
    return Prompt((Message("user", text),), "p@1")


def _local(engine: Engine, *, batch: int = 16, threads: int = 32) -> LocalUpstream:
    return LocalUpstream("local", "echo", GatheringEngine(engine, batch), threads=threads)


async def _until(true: Callable[[], bool]) -> None:
    while not true():
        await asyncio.sleep(0.001)


def _ask(upstream: LocalUpstream, *texts: str) -> list[asyncio.Task[Reply]]:
    return [asyncio.create_task(upstream.complete(_prompt(t), DECODING, 60)) for t in texts]


async def test_requests_that_wait_while_the_engine_works_are_its_next_batch() -> None:
    engine = Engine()
    engine.gate.clear()
    gathering = GatheringEngine(engine, 4)
    upstream = LocalUpstream("local", "echo", gathering, threads=8)
    first = _ask(upstream, "0")
    await _until(lambda: engine.batches == [1])
    rest = _ask(upstream, "1", "2", "3", "4", "5", "6")
    await _until(lambda: gathering.waiting == 6)
    engine.gate.set()
    replies = await asyncio.gather(*first, *rest)
    assert [r.text for r in replies] == [str(n) for n in range(7)]
    assert engine.batches == [1, 4, 2]
    await upstream.close()


async def test_request_that_nobody_waits_for_is_not_worked_on_unless_it_has_reached_the_engine() -> None:
    engine = Engine()
    engine.gate.clear()
    upstream = _local(engine, threads=1)
    first, given_up, kept = _ask(upstream, "0", "1", "2")
    await _until(lambda: engine.batches == [1])
    given_up.cancel()
    await asyncio.sleep(0)
    engine.gate.set()
    await asyncio.gather(first, kept)
    await upstream.close()
    assert engine.batches == [1, 1]


async def test_prompt_that_cannot_be_is_not_its_neighbours_fault() -> None:
    engine = Engine(window=3)
    engine.gate.clear()
    gathering = GatheringEngine(engine)
    upstream = LocalUpstream("local", "echo", gathering, threads=8)
    first = _ask(upstream, "0")
    await _until(lambda: engine.batches == [1])
    rest = _ask(upstream, "1", "too long", "2")
    await _until(lambda: gathering.waiting == 3)
    engine.gate.set()
    await asyncio.gather(*first)
    one, failure, two = await asyncio.gather(*rest, return_exceptions=True)
    assert [r.text for r in (one, two) if isinstance(r, Reply)] == ["1", "2"]
    assert isinstance(failure, UpstreamFailed)
    assert not failure.passing
    await upstream.close()


@pytest.mark.parametrize(
    ("error", "passing"), [(Unavailable("down"), True), (InvalidRecord("prompt", "long"), False), (OSError(), True)]
)
async def test_error_reaches_all_who_wait_and_the_next_one_is_tried(error: Exception, passing: bool) -> None:
    engine = Engine(error=error)
    upstream = _local(engine)
    outcomes = await asyncio.gather(*_ask(upstream, "0", "1"), return_exceptions=True)
    for outcome in outcomes:
        assert isinstance(outcome, UpstreamFailed)
        assert outcome.passing is passing
    engine.error = None
    assert (await upstream.complete(_prompt("x"), DECODING, 60)).text == "x"
    await upstream.close()


async def test_stream_is_one_piece() -> None:
    upstream = _local(Engine())
    pieces = [p async for p in upstream.stream(_prompt("hello"), DECODING, 60)]
    assert pieces[0] == "hello"
    assert len(pieces) == 2
    await upstream.close()
