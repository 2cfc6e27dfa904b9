from __future__ import annotations

import asyncio
import threading
from collections.abc import Sequence
from pathlib import Path

import pytest

from arf.inference.ports import Progress
from arf.kit.errors import InvalidRecord, Unavailable
from arf.kit.prompt import Completion, Decoding, Message, Prompt
from arf.teacher.adapters.local import LocalUpstream
from arf.teacher.ports import UpstreamFailed

pytestmark = pytest.mark.anyio

DECODING = Decoding(max_new_tokens=5)


class Engine:
    """Echoes; keeps the sizes of its batches, and waits for the gate."""

    model = "echo"

    def __init__(self, *, error: Exception | None = None) -> None:
        self.batches: list[int] = []
        self.threads: set[str] = set()
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
        self.threads.add(threading.current_thread().name)
        self.gate.wait(10)
        if self.error is not None:
            raise self.error
        return [Completion(p.messages[0].content, 3, 2, 0.1, "stop") for p in prompts]


def _prompt(text: str) -> Prompt:
    return Prompt((Message("user", text),), "p@1")


async def _ask(upstream: LocalUpstream, *texts: str) -> list[asyncio.Task[object]]:
    tasks = [asyncio.create_task(upstream.complete(_prompt(t), DECODING, 60)) for t in texts]
    await asyncio.sleep(0.05)
    return tasks  # type: ignore[return-value]


async def test_requests_that_wait_together_are_one_batch_in_one_thread() -> None:
    engine = Engine()
    engine.gate.clear()
    upstream = LocalUpstream("local", "echo", engine, batch=4)
    first = await _ask(upstream, "0")
    rest = await _ask(upstream, "1", "2", "3", "4", "5", "6")
    engine.gate.set()
    replies = await asyncio.gather(*first, *rest)
    assert [r.text for r in replies] == [str(n) for n in range(7)]  # type: ignore[attr-defined]
    assert engine.batches == [1, 4, 2]
    assert len(engine.threads) == 1
    await upstream.close()


async def test_request_that_nobody_waits_for_is_not_worked_on() -> None:
    engine = Engine()
    engine.gate.clear()
    upstream = LocalUpstream("local", "echo", engine)
    first = await _ask(upstream, "0")
    given_up, kept = await _ask(upstream, "1", "2")
    given_up.cancel()
    await asyncio.sleep(0)
    engine.gate.set()
    await asyncio.gather(*first, kept)
    assert engine.batches == [1, 1]
    await upstream.close()


@pytest.mark.parametrize(
    ("error", "passing"), [(Unavailable("down"), True), (InvalidRecord("prompt", "long"), False), (OSError(), True)]
)
async def test_error_reaches_all_of_the_batch_and_the_next_one_is_tried(error: Exception, passing: bool) -> None:
    engine = Engine(error=error)
    upstream = LocalUpstream("local", "echo", engine)
    outcomes = await asyncio.gather(*await _ask(upstream, "0", "1"), return_exceptions=True)
    for outcome in outcomes:
        assert isinstance(outcome, UpstreamFailed)
        assert outcome.passing is passing
    engine.error = None
    assert (await upstream.complete(_prompt("x"), DECODING, 60)).text == "x"
    await upstream.close()


async def test_stream_is_one_piece() -> None:
    upstream = LocalUpstream("local", "echo", Engine())
    pieces = [p async for p in upstream.stream(_prompt("hello"), DECODING, 60)]
    assert pieces[0] == "hello"
    assert len(pieces) == 2
    await upstream.close()
