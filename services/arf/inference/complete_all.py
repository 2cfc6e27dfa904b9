"""Sends many requests to a model over HTTP: bounded concurrency, with retries."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence

from tenacity import AsyncRetrying, RetryCallState, retry_if_exception, stop_after_attempt, wait_random_exponential

from arf.calls.prompt import Completion
from arf.inference.port import Model, ModelFailed, Progress, Request
from arf.inference.settings import ModelSettings
from arf.kit.errors import Unavailable

logger = logging.getLogger(__name__)

_ATTEMPTS = 5
_BACKOFF_S = 0.5
_LONGEST_WAIT_S = 60.0
_SILENCE_S = 5.0


async def complete_all(
    model: Model,
    requests: Sequence[Request],
    settings: ModelSettings,
    progress: Progress | None = None,
    *,
    backoff_s: float = _BACKOFF_S,
    silence_s: float = _SILENCE_S,
) -> list[Completion | ModelFailed]:
    """The replies in order; for a request that the model refuses, the ModelFailed.

    Raises Unavailable if the model still does not answer after the last attempt; the remaining requests are not sent.
    A model that has answered nothing for `silence_s` is warned of.
    """
    places = asyncio.Semaphore(settings.concurrency)

    async def ask(request: Request) -> Completion | ModelFailed:
        async with places:
            outcome = await _one(model, request, settings.timeout_s, backoff_s)
        if progress is not None:
            progress(1)
        return outcome

    tasks = [asyncio.create_task(ask(request)) for request in requests]
    watching = asyncio.create_task(_tell_of_silence(model, tasks, settings.timeout_s, silence_s))
    try:
        return list(await asyncio.gather(*tasks))
    finally:
        for task in (watching, *tasks):
            task.cancel()
        await asyncio.gather(watching, *tasks, return_exceptions=True)


async def _tell_of_silence(
    model: Model, tasks: Sequence[asyncio.Task[Completion | ModelFailed]], timeout_s: float, silence_s: float
) -> None:
    """Warns while no request has been answered, at first after `silence_s`, then less and less often."""
    waited_s = silence_s
    await asyncio.sleep(silence_s)
    while not any(task.done() for task in tasks):
        logger.warning(
            "%s has not answered for %.0f s; each request is given up after %d attempts of %.0f s at most",
            model.name, waited_s, _ATTEMPTS, timeout_s,
        )  # fmt: skip
        await asyncio.sleep(waited_s)
        waited_s *= 2


async def _one(model: Model, request: Request, timeout_s: float, backoff_s: float) -> Completion | ModelFailed:
    try:
        async for attempt in _attempts(backoff_s):
            with attempt:
                return await model.complete(request, timeout_s)
    except ModelFailed as failure:
        if failure.passing or failure.sick:
            raise Unavailable(failure.message, failure.retry_after_s) from failure
        return failure
    raise AssertionError("the last attempt raises")


def _attempts(backoff_s: float) -> AsyncRetrying:
    jitter = wait_random_exponential(multiplier=backoff_s, max=_LONGEST_WAIT_S)

    def wait(state: RetryCallState) -> float:
        error = state.outcome.exception() if state.outcome else None
        asked = error.retry_after_s if isinstance(error, ModelFailed) else None
        return jitter(state) if asked is None else min(_LONGEST_WAIT_S, asked + jitter(state) * 0.1)

    return AsyncRetrying(
        retry=retry_if_exception(lambda error: isinstance(error, ModelFailed) and error.passing),
        wait=wait,
        stop=stop_after_attempt(_ATTEMPTS),
        reraise=True,
    )
