"""An upstream in this process: an Engine, asked in threads."""

from __future__ import annotations

from collections.abc import AsyncGenerator

from arf.calls.prompt import Decoding, Prompt
from arf.inference.ports import Engine
from arf.kit.errors import ArfError, Code
from arf.kit.threads import Threads
from arf.teacher.ports import Reply, UpstreamFailed


class LocalUpstream:
    """A model of this process. One attempt a call: retries are the router's."""

    def __init__(self, name: str, model: str, engine: Engine, *, threads: int) -> None:
        """`engine` takes any number of threads. So many requests at a time reach it, the others wait in order."""
        self.name, self.model, self._engine = name, model, engine
        self._threads = Threads(threads, f"upstream-{name}")

    async def complete(self, prompt: Prompt, decoding: Decoding, timeout_s: float) -> Reply:
        """The whole answer. The router sees to the time; what has reached the engine runs to its end all the same."""
        try:
            (made,) = await self._threads.run(self._engine.complete, [prompt], decoding)
        except Exception as error:
            raise self._failure(error) from error
        return Reply(made.text, made.prompt_tokens, made.completion_tokens, made.finish_reason)

    async def stream(self, prompt: Prompt, decoding: Decoding, timeout_s: float) -> AsyncGenerator[str | Reply]:
        """The answer in one piece: an engine gives no others."""
        reply = await self.complete(prompt, decoding, timeout_s)
        yield reply.text
        yield reply

    async def close(self) -> None:
        """Waits for what has reached the engine, and leaves the others without an answer."""
        await self._threads.close()

    def _failure(self, error: Exception) -> UpstreamFailed:
        passing = not isinstance(error, ArfError) or error.code is Code.UNAVAILABLE
        said = error.message if isinstance(error, ArfError) else type(error).__name__
        return UpstreamFailed(f"{self.name}: {said}", passing=passing, sick=passing)
