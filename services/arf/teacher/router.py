"""Asks upstreams in their order until one answers: retries with pauses, breakers, and never past the deadline."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass

from arf.calls.prompt import Completion
from arf.inference.port import Model, ModelFailed, Request
from arf.inference.profile import ModelProfile
from arf.kit.errors import ArfError, Code, DeadlineExceeded, NotFound, Unavailable
from arf.kit.metrics import Metrics
from arf.teacher.breaker import Breaker
from arf.teacher.metrics import ProxyMetrics
from arf.teacher.ports import UpstreamLimited
from arf.teacher.prices import FREE, Price
from arf.teacher.rate_limit import Clock
from arf.teacher.retry import Retry

Told = Callable[[], object]

Ask = Callable[[ModelProfile], Awaitable[Request]]
"""Makes the request for a model of that profile."""


def _nobody() -> None:
    """Who is told where nobody wants to know."""


@dataclass(frozen=True)
class Route:
    """An upstream: what it is called in answers and metrics, its model, its breaker, what its tokens cost, and the
    longest that one attempt may take.
    """

    name: str
    model: Model
    breaker: Breaker
    price: Price = FREE
    timeout_s: float = 60.0


@dataclass(frozen=True, slots=True)
class Routed:
    """An answer, what was asked for it, and who gave it."""

    reply: Completion
    request: Request
    route: Route


class Refused(ArfError):
    """Every upstream turned this request down for good: its prompt is too long, for example."""

    code = Code.FAILED_PRECONDITION


class Router:
    """The fallback list: a request goes to the first upstream that serves its model and answers."""

    def __init__(
        self,
        routes: Sequence[Route],
        retry: Retry,
        clock: Clock,
        *,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        rng: random.Random | None = None,
        metrics: ProxyMetrics | None = None,
    ) -> None:
        self._routes = tuple(routes)
        self.retry, self.clock, self.sleep = retry, clock, sleep
        self.rng = rng or random.Random()
        self.metrics = metrics or ProxyMetrics(Metrics("teacher"))

    def serving(self, model: str) -> tuple[Route, ...]:
        """The upstreams of a model, all where it is empty. Raises NotFound, naming the models there are."""
        found = tuple(r for r in self._routes if not model or r.model.name == model)
        if not found:
            there = ", ".join(sorted({r.model.name for r in self._routes}))
            raise NotFound(f"model: this service has no {model!r}; there are: {there}")
        return found

    async def complete(self, ask: Ask, model: str, deadline: float, may_be_billed: Told = _nobody) -> Routed:
        """The first answer. Raises UpstreamLimited or Unavailable with when to come again, Refused, DeadlineExceeded.

        `may_be_billed` is called for each attempt without an answer that its upstream may charge for all the same.
        """
        search = _Search(self, model, deadline, may_be_billed)
        while (route := await search.next_route()) is not None:
            with _Attempt(self, search, route) as attempt:
                async with asyncio.timeout(attempt.timeout_s):
                    request = await ask(await route.model.profile())
                    reply = await route.model.complete(request, attempt.left_s)
                return attempt.answered(request, reply)
        raise search.given_up()

    async def stream(
        self, ask: Ask, model: str, deadline: float, may_be_billed: Told = _nobody
    ) -> AsyncGenerator[str | Routed]:
        """The first answer in pieces, then whole. Once a piece is out, a failure ends it: nothing is said twice."""
        search = _Search(self, model, deadline, may_be_billed)
        while (route := await search.next_route()) is not None:
            with _Attempt(self, search, route) as attempt:
                async with asyncio.timeout(attempt.timeout_s):
                    request = await ask(await route.model.profile())
                async with aclosing(route.model.stream(request, attempt.left_s)) as pieces:
                    while True:
                        async with asyncio.timeout(attempt.left_s):
                            piece = await anext(pieces)
                        if isinstance(piece, Completion):
                            yield attempt.answered(request, piece)
                            return
                        attempt.started = True
                        yield piece
        raise search.given_up()

    async def close(self) -> None:
        """Closes all models."""
        for route in self._routes:
            await route.model.close()


class _Search:
    """One request's way along the routes: each is tried as often as it may be, then the next one."""

    def __init__(self, router: Router, model: str, deadline: float, may_be_billed: Told) -> None:
        self._router, self.deadline, self.may_be_billed = router, deadline, may_be_billed
        self._routes = router.serving(model)
        self._at = 0
        self._tried = 0
        self._failure: ModelFailed | None = None
        self._limited = False
        self._waits: list[float] = []

    async def next_route(self) -> Route | None:
        """The route of the next attempt, after the pause that it takes; None when there is none left."""
        router = self._router
        if self._tried and not await self._may_try_again():
            self._at, self._tried = self._at + 1, 0
        while self._at < len(self._routes):
            if router.clock() >= self.deadline:
                return None
            route = self._routes[self._at]
            if route.breaker.allow():
                self._tried += 1
                return route
            router.metrics.skipped(route.name)
            self._waits.append(route.breaker.retry_in_s)
            self._at, self._tried = self._at + 1, 0
        return None

    def failed(self, failure: ModelFailed) -> None:
        """Takes note of a failed attempt."""
        self._failure = failure
        self._limited |= failure.limited
        if failure.passing or failure.sick:
            self._waits.append(failure.retry_after_s or 0.0)

    def given_up(self) -> ArfError:
        """Why there is no answer."""
        if self._router.clock() >= self.deadline:
            return DeadlineExceeded("no upstream answered in time")
        names = ", ".join(r.name for r in self._routes)
        if not self._waits:
            return Refused(f"{names}: {self._failure.message if self._failure else 'no answer'}")
        said = f"; the last said: {self._failure.message}" if self._failure else ""
        again = max(min(self._waits), 1.0)
        if self._limited:
            return UpstreamLimited(f"upstreams take no more for now ({names}){said}", again)
        return Unavailable(f"no upstream answers ({names}){said}", again)

    async def _may_try_again(self) -> bool:
        """Waits before another attempt at the same route; false if there is none, or the wait would be too long."""
        router = self._router
        if self._failure is None or not self._failure.passing or self._tried >= router.retry.attempts:
            return False
        pause = router.retry.pause(self._tried, self._failure.retry_after_s, router.rng)
        if pause > router.retry.patience_s or router.clock() + pause >= self.deadline:
            return False
        await router.sleep(pause)
        return True


class _Attempt:
    """Books one attempt with breaker and metrics, however it ends. A failure that leaves others to try is swallowed."""

    def __init__(self, router: Router, search: _Search, route: Route) -> None:
        self._router, self._search, self._route = router, search, route
        self._begun = router.clock()
        self.timeout_s = min(route.timeout_s, search.deadline - self._begun)
        self._outcome = "cancelled"
        self.started = False

    @property
    def left_s(self) -> float:
        """Seconds that the attempt has left."""
        return self.timeout_s - (self._router.clock() - self._begun)

    def __enter__(self) -> _Attempt:
        return self

    def answered(self, request: Request, reply: Completion) -> Routed:
        """The attempt succeeded."""
        self._outcome = "ok"
        return Routed(reply, request, self._route)

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> bool:
        breaker = self._route.breaker
        failure = self._as_failure(error)
        if failure is not None:
            self._outcome = "failed" if failure.sick else "limited" if failure.passing else "refused"
        if self._outcome == "ok":
            breaker.success()
        elif failure is not None and failure.sick:
            breaker.failure()
        else:
            breaker.forget()
        self._router.metrics.attempted(self._route.name, self._outcome, self._router.clock() - self._begun)
        if self._outcome == "ok":
            return False
        # One that was given up within, for whatever reason, may have been charged for; so may one that had begun.
        if failure is None or failure.billed or self.started:
            self._search.may_be_billed()
        if failure is None:
            return False
        self._search.failed(failure)
        if self.started:
            raise Unavailable(f"{self._route.name} broke off its answer", 1.0) from error
        return True

    def _as_failure(self, error: BaseException | None) -> ModelFailed | None:
        if isinstance(error, ModelFailed):
            return error
        if isinstance(error, TimeoutError):
            name = self._route.name
            return ModelFailed(f"{name}: no answer in time", passing=True, sick=True, billed=True)
        return None
