"""Batches of calls: bounded concurrency, a deadline and an outcome for each call, paced by the tenant's limits."""

from __future__ import annotations

import asyncio
import math
import random
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence

from arf.calls.requested_call import check_distinct, requested_call
from arf.kit.errors import RateLimited, Unavailable
from arf.teacher.proxy import Summarised, TeacherProxy
from arf.teacher.rate_limit import Clock
from arf.v1.transcript_pb2 import Call

Result = Summarised | Exception


_MOMENT_S = 1.0
"""Longest wait of a call from the bus for its tenant's rate: calls of others are handled together with it."""


class Batches:
    """Runs batches through a proxy."""

    def __init__(
        self,
        proxy: TeacherProxy,
        clock: Clock,
        *,
        deadline_s: float,
        concurrency: int,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        """`deadline_s` is the time limit of one call; `concurrency` limits how many calls of one batch run at once."""
        self._proxy, self._clock, self._sleep = proxy, clock, sleep
        self._deadline_s, self._concurrency = deadline_s, concurrency
        self._rng = random.Random()

    def call_deadline(self) -> float:
        """The deadline of a call that starts now."""
        return self._clock() + self._deadline_s

    async def run(
        self,
        calls: Sequence[Call],
        deadline: float,
        draining: asyncio.Event,
        *,
        model: str = "",
        refresh: bool = False,
    ) -> AsyncGenerator[tuple[int, Result]]:
        """Yields each call's index and outcome as it finishes; a failure affects its own call only.

        A call over the tenant's rate waits its turn within the batch's deadline. Once `draining` is set no further call
        starts: the rest get Unavailable. Raises InvalidRequest if ids repeat.
        """
        check_distinct(calls, "calls[{}]")
        places = asyncio.Semaphore(self._concurrency)
        done: asyncio.Queue[tuple[int, Result]] = asyncio.Queue()

        async def work(index: int, call: Call) -> None:
            async with places:
                if draining.is_set():
                    result: Result = Unavailable("this server is stopping; another one will take the call", 1.0)
                else:
                    result = await self._one(requested_call, call, f"calls[{index}]", deadline, model, refresh)
            done.put_nowait((index, result))

        tasks = [asyncio.create_task(work(index, call)) for index, call in enumerate(calls)]
        try:
            for _ in tasks:
                yield await done.get()
        finally:
            for task in tasks:
                task.cancel()

    async def one(self, call: Call, *, model: str = "", refresh: bool = False) -> Result:
        """The outcome of one already validated call, as in a batch, but it waits a moment at most for its turn."""
        return await self._one(lambda given, _: given, call, "call", self.call_deadline(), model, refresh, _MOMENT_S)

    async def _one(
        self,
        complete: Callable[[Call, str], Call],
        call: Call,
        field: str,
        deadline: float,
        model: str,
        refresh: bool,
        patience_s: float = math.inf,
    ) -> Result:
        begun = self._clock()
        try:
            completed = complete(call, field)
            while True:
                ends = min(deadline, self.call_deadline())
                try:
                    return await self._proxy.summarise(completed, ends, model=model, refresh=refresh)
                except RateLimited as limit:
                    # Jitter, so that waiting calls do not all retry at the same moment.
                    pause = (limit.retry_after_s or 0.0) + self._rng.uniform(0.0, 0.1)
                    if self._clock() + pause >= min(deadline, begun + patience_s):
                        raise
                    await self._sleep(pause)
        except Exception as error:  # noqa: BLE001  # the others go on; it is logged where it is turned into a status
            return error
