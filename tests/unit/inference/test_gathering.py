"""Callers of one engine share its batches, get their own answers, and bear their own faults."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from arf.calls.prompt import Completion, Decoding, Message, Prompt
from arf.inference.gathering import GatheringEngine
from arf.inference.ports import Progress
from arf.kit.errors import InvalidRecord, Unavailable

GREEDY, SAMPLED = Decoding(8), Decoding(8, temperature=0.7, seed=1)


def _prompt(text: str) -> Prompt:
    return Prompt((Message("user", text),), "test@1")


class GatedEngine:
    """Echoes prompts; its first call waits for `gate`. Fails where two callers are in it at once."""

    model = "echo"

    def __init__(self) -> None:
        self.gate, self.inside = threading.Event(), threading.Event()
        self.calls: list[tuple[list[str], Decoding]] = []
        self._alone = threading.Lock()

    def complete(
        self,
        prompts: Sequence[Prompt],
        decoding: Decoding,
        *,
        adapter: Path | None = None,
        progress: Progress | None = None,
    ) -> list[Completion]:
        assert self._alone.acquire(blocking=False), "two callers at once"
        try:
            self.inside.set()
            assert self.gate.wait(timeout=30)
            texts = [prompt.messages[0].content for prompt in prompts]
            self.calls.append((texts, decoding))
            if "too long" in texts:
                raise InvalidRecord("prompt", "too long")
            if "down" in texts:
                raise Unavailable("down")
            return [Completion(text, 1, 1, 0.0, "stop") for text in texts]
        finally:
            self._alone.release()


def _waiting(gathering: GatheringEngine, count: int) -> None:
    """Returns when so many requests wait for the engine."""
    while gathering.waiting < count:
        threading.Event().wait(0.005)


def _ask(texts: Sequence[tuple[str, Decoding]], batch: int = 64) -> tuple[GatedEngine, list[str | Exception]]:
    """Asks for the first, and for the others while the engine is busy with it; the engine and each one's outcome."""
    engine = GatedEngine()
    gathering = GatheringEngine(engine, batch)

    def one(text: str, decoding: Decoding) -> str:
        return gathering.complete([_prompt(text)], decoding)[0].text

    with ThreadPoolExecutor(len(texts)) as pool:
        futures = [pool.submit(one, *texts[0])]
        assert engine.inside.wait(timeout=30)
        for count, text in enumerate(texts[1:], 1):
            futures.append(pool.submit(one, *text))
            _waiting(gathering, count)
        engine.gate.set()
        outcomes = [future.exception(timeout=30) or future.result() for future in futures]
    return engine, outcomes  # type: ignore[return-value]


def test_what_waited_is_one_batch_and_everyone_gets_their_own_answer() -> None:
    engine, outcomes = _ask([(text, GREEDY) for text in "abcd"])

    assert outcomes == ["a", "b", "c", "d"]
    assert [texts for texts, _ in engine.calls] == [["a"], ["b", "c", "d"]]


def test_requests_are_apart_when_their_decoding_differs_or_the_batch_is_full() -> None:
    engine, outcomes = _ask([("a", GREEDY), ("b", GREEDY), ("c", SAMPLED), ("d", GREEDY), ("e", GREEDY)], batch=2)

    assert outcomes == ["a", "b", "c", "d", "e"]
    assert engine.calls == [(["a"], GREEDY), (["b", "d"], GREEDY), (["c"], SAMPLED), (["e"], GREEDY)]


def test_only_the_bad_request_fails_when_it_is_in_a_batch_with_others() -> None:
    _, outcomes = _ask([(text, GREEDY) for text in ("a", "b", "too long", "d")])

    assert [outcome for outcome in outcomes if isinstance(outcome, str)] == ["a", "b", "d"]
    assert isinstance(outcomes[2], InvalidRecord)


def test_everyone_in_the_batch_is_told_when_the_engine_does_not_answer() -> None:
    engine, outcomes = _ask([(text, GREEDY) for text in ("a", "down", "c")])

    assert [type(outcome) for outcome in outcomes] == [str, Unavailable, Unavailable]
    assert len(engine.calls) == 2


def test_progress_and_order_are_kept_when_one_request_has_many_prompts() -> None:
    engine = GatedEngine()
    engine.gate.set()
    told: list[int] = []
    done = GatheringEngine(engine).complete([_prompt(t) for t in "xyz"], GREEDY, progress=told.append)

    assert [completion.text for completion in done] == ["x", "y", "z"]
    assert sum(told) == 3


@pytest.mark.parametrize("count", [40])
def test_nobody_is_left_waiting_when_many_come_and_go(count: int) -> None:
    engine = GatedEngine()
    engine.gate.set()
    gathering = GatheringEngine(engine, batch=4)
    with ThreadPoolExecutor(8) as pool:
        futures = [pool.submit(gathering.complete, [_prompt(str(n))], GREEDY) for n in range(count)]
        assert [future.result(timeout=30)[0].text for future in futures] == [str(n) for n in range(count)]
