"""Writes the summaries of live calls in the background: at most one at a time for a call, fair among tenants.

What waits is a question for each call and no more: a newer one takes its place. While the engine is down questions
wait, and are asked in their newest form once it is back.
"""

from __future__ import annotations

import asyncio
import logging
import random
import traceback
from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass

from arf.inference.port import ModelFailed
from arf.kit.errors import ArfError, Unavailable
from arf.kit.server.fair_gate import FairGate
from arf.summarizer.call_state import Answer, Question
from arf.v1.live_pb2 import SummaryUpdate

logger = logging.getLogger(__name__)

Write = Callable[[Question], Awaitable[SummaryUpdate]]
"""Writes what the question asks for. Raises ModelFailed, Unavailable."""

_UNBOUNDED = 1 << 30
_FIRST_PAUSE_S, _LONGEST_PAUSE_S = 0.25, 8.0


@dataclass(slots=True)
class _Asked:
    """A call's question in its newest form, and whether the model works on it."""

    question: Question
    task: asyncio.Task[None]
    writing: bool = False


class Refreshes:
    """The Background of the live stage. Its event loop's thread asks and takes; the worker's only looks."""

    def __init__(self, write: Write, concurrency: int) -> None:
        self._write = write
        # Not bounded here: there is one question for each call.
        self._gate = FairGate(concurrency, _UNBOUNDED)
        self._asked: dict[str, _Asked] = {}
        self._answers: dict[str, Answer] = {}
        self._loop = asyncio.get_running_loop()

    def ask(self, key: str, question: Question) -> None:
        """Has the question answered, instead of an older one of the key that waits.

        An older one that is being written goes on, unless the call has ended since: the final summary does not wait.
        """
        found = self._asked.get(key)
        if found is not None:
            if found.question.version == question.version or (found.writing and not question.ended):
                return
            if not found.writing:
                found.question = question
                return
            found.task.cancel()
        task = asyncio.create_task(self._answer(key, question))
        self._asked[key] = _Asked(question, task)
        task.add_done_callback(lambda done: self._ended(key, done))

    def asked(self, key: str) -> int | None:
        """The version of the call that the key's open question is about; None if there is none."""
        found = self._asked.get(key)
        return None if found is None else found.question.version

    def take(self, key: str) -> Answer | None:
        """The key's answer, once."""
        return self._answers.pop(key, None)

    def overdue(self) -> int:
        """How many ended calls wait for their final summary."""
        return sum(asked.question.ended for asked in self._asked.values())

    def busy(self) -> bool:
        return bool(self._asked)

    def finished(self) -> Collection[str]:
        return list(self._answers)

    def drop(self, key: str) -> None:
        self._answers.pop(key, None)
        if (asked := self._asked.get(key)) is not None:
            self._loop.call_soon_threadsafe(asked.task.cancel)

    async def close(self) -> None:
        """Ends all work; what was asked is asked again by whoever takes the calls over."""
        tasks = [asked.task for asked in self._asked.values()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _ended(self, key: str, task: asyncio.Task[None]) -> None:
        if (asked := self._asked.get(key)) is not None and asked.task is task:
            del self._asked[key]

    async def _answer(self, key: str, question: Question) -> None:
        async with self._gate.place(question.call.tenant):
            asked, failures = self._asked[key], 0
            while (answer := await self._attempt(key, asked, failures)) is None:
                failures += 1
        self._answers[key] = answer

    async def _attempt(self, key: str, asked: _Asked, failures: int) -> Answer | None:
        """The answer to the newest question; None, after a pause, if the engine does not answer."""
        asked.writing, question = True, asked.question
        try:
            return Answer(question, await self._write(question))
        except (ModelFailed, Unavailable) as failure:
            if isinstance(failure, ModelFailed) and not (failure.passing or failure.sick):
                logger.warning("the model refuses to summarise %s: %s", key, failure.message)
                return Answer(question, None)
            pause_s = min(_FIRST_PAUSE_S * 2.0**failures, _LONGEST_PAUSE_S) * random.uniform(0.5, 1.0)
            logger.warning("the engine does not answer, next attempt in %.1f s: %s", pause_s, failure.message)
        except Exception as error:  # noqa: BLE001  # a fault of this call, which must still have its final summary
            told = error.message if isinstance(error, ArfError) else type(error).__name__
            logger.error("no summary of %s: %s\n%s", key, told, "".join(traceback.format_tb(error.__traceback__)))
            return Answer(question, None)
        asked.writing = False
        await asyncio.sleep(pause_s)
        return None
