"""A stand-in for an engine, for load tests: it answers after a stated time, so many requests at a time."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator, Sequence

from arf.calls.prompt import Completion
from arf.inference.complete_all import complete_all
from arf.inference.port import ModelFailed, Progress, Request
from arf.inference.profile import ModelProfile
from arf.inference.settings import ModelSettings
from arf.kit.errors import InvalidRecord

_TEXT = "The customer asked for help with an order. The agent looked into it and will write back."


class SimulatedModel:
    """`simulated:MS` or `simulated:MSxN`: every answer takes MS milliseconds, N at a time, any number without N.

    Every answer is the same, so what it makes of calls means nothing.
    """

    def __init__(self, spec: str, settings: ModelSettings) -> None:
        """Raises InvalidRecord if the spec is not of that form."""
        milliseconds, _, at_a_time = spec.partition("x")
        try:
            self._seconds, self._at_a_time = float(milliseconds) / 1000, int(at_a_time or 0)
        except ValueError:
            raise InvalidRecord("model", f"simulated:{spec} is not simulated:MS or simulated:MSxN") from None
        self._settings = settings
        self._places = asyncio.Semaphore(self._at_a_time or 1 << 20)

    @property
    def name(self) -> str:
        return "simulated"

    async def profile(self) -> ModelProfile:
        return ModelProfile()

    async def complete(self, request: Request, timeout_s: float) -> Completion:
        begun = time.monotonic()
        async with self._places:
            await asyncio.sleep(self._seconds)
        tokens = sum(len(message.content) for message in request.prompt.messages) // 4
        text = request.prompt.prefill + _TEXT
        return Completion(text, tokens, len(_TEXT) // 4, time.monotonic() - begun, "stop")

    async def stream(self, request: Request, timeout_s: float) -> AsyncGenerator[str | Completion]:
        made = await self.complete(request, timeout_s)
        yield made.text
        yield made

    async def complete_all(
        self, requests: Sequence[Request], progress: Progress | None = None
    ) -> list[Completion | ModelFailed]:
        return await complete_all(self, requests, self._settings, progress)

    async def close(self) -> None:
        """Has nothing to release."""
