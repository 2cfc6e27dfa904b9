"""An upstream in this process: an Engine in a thread of its own; requests that wait at the same time are one batch."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from arf.inference.ports import Engine
from arf.kit.errors import ArfError, Code
from arf.kit.prompt import Completion, Decoding, Prompt
from arf.teacher.ports import Reply, UpstreamFailed


@dataclass(frozen=True)
class _Waiting:
    prompt: Prompt
    decoding: Decoding
    reply: asyncio.Future[Reply]


class LocalUpstream:
    """A model of this process. While it works on a batch, the next one gathers."""

    def __init__(self, name: str, model: str, engine: Engine, *, batch: int = 16) -> None:
        self._name, self._model, self._engine, self._batch = name, model, engine, batch
        self._waiting: list[_Waiting] = []
        self._working: asyncio.Task[None] | None = None
        self._thread = ThreadPoolExecutor(1, thread_name_prefix=f"upstream-{name}")

    @property
    def name(self) -> str:
        """What it is called."""
        return self._name

    @property
    def model(self) -> str:
        """The model it serves."""
        return self._model

    async def complete(self, prompt: Prompt, decoding: Decoding, timeout_s: float) -> Reply:
        """The whole answer. Nobody waits longer than the router allows, but a batch that began runs to its end."""
        reply: asyncio.Future[Reply] = asyncio.get_running_loop().create_future()
        self._waiting.append(_Waiting(prompt, decoding, reply))
        if self._working is None or self._working.done():
            self._working = asyncio.create_task(self._work())
        return await reply

    async def stream(self, prompt: Prompt, decoding: Decoding, timeout_s: float) -> AsyncGenerator[str | Reply]:
        """The answer in one piece: an engine gives no others."""
        reply = await self.complete(prompt, decoding, timeout_s)
        yield reply.text
        yield reply

    async def close(self) -> None:
        """Waits for the batch in work, and leaves those that wait without an answer."""
        for waiting in self._waiting:
            waiting.reply.cancel()
        self._waiting.clear()
        if self._working is not None:
            await asyncio.wait([self._working])
        self._thread.shutdown(wait=False)

    async def _work(self) -> None:
        """Batch after batch until nobody waits."""
        loop = asyncio.get_running_loop()
        while batch := self._next_batch():
            prompts, decoding = [w.prompt for w in batch], batch[0].decoding
            try:
                made = await loop.run_in_executor(self._thread, self._engine.complete, prompts, decoding)
            except Exception as error:  # noqa: BLE001  # those who wait get it
                failure = self._failure(error)
                for waiting in batch:
                    if not waiting.reply.done():
                        waiting.reply.set_exception(failure)
                continue
            for waiting, completion in zip(batch, made, strict=True):
                if not waiting.reply.done():
                    waiting.reply.set_result(_reply(completion))

    def _next_batch(self) -> list[_Waiting]:
        """The next requests that are decoded alike and that somebody still waits for."""
        self._waiting = [w for w in self._waiting if not w.reply.done()]
        alike = [w for w in self._waiting if w.decoding == self._waiting[0].decoding][: self._batch]
        taken = {id(w) for w in alike}
        self._waiting = [w for w in self._waiting if id(w) not in taken]
        return alike

    def _failure(self, error: Exception) -> UpstreamFailed:
        passing = not isinstance(error, ArfError) or error.code is Code.UNAVAILABLE
        said = error.message if isinstance(error, ArfError) else type(error).__name__
        return UpstreamFailed(f"{self._name}: {said}", passing=passing, sick=passing)


def _reply(completion: Completion) -> Reply:
    return Reply(completion.text, completion.prompt_tokens, completion.completion_tokens, completion.finish_reason)
