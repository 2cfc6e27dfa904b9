"""Asks upstreams in order until one answers, with retries and circuit breakers, never past the deadline."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass

import structlog

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

logger = structlog.get_logger(__name__)

OnBilled = Callable[[], object]

MakeRequest = Callable[[ModelProfile], Awaitable[Request]]
"""Makes the request for a model with that profile."""


def _ignore() -> None:
    """Ignores that an attempt may be billed."""


@dataclass(frozen=True)
class Route:
    """An upstream: its name in answers and metrics, model, breaker, price, and time limit for one attempt."""

    name: str
    model: Model
    breaker: Breaker
    price: Price = FREE
    timeout_s: float = 60.0


@dataclass(frozen=True, slots=True)
class Routed:
    """An answer, the request that it answers, and the upstream that gave it."""

    reply: Completion
    request: Request
    route: Route


class UpstreamRefused(ArfError):
    """Every upstream rejected this request permanently, for example because its prompt is too long."""

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
        """The upstreams that serve a model, all if `model` is empty. Raises NotFound, naming the models that exist."""
        found = tuple(r for r in self._routes if not model or r.model.name == model)
        if not found:
            there = ", ".join(sorted({r.model.name for r in self._routes}))
            raise NotFound(f"model: this service has no {model!r}; there are: {there}")
        return found

    async def complete(self, ask: MakeRequest, model: str, deadline: float, on_billed: OnBilled = _ignore) -> Routed:
        """The first answer.

        `on_billed` is called for each failed attempt that its upstream may still charge for. Raises UpstreamLimited or
        Unavailable with the time to retry after, UpstreamRefused or DeadlineExceeded.
        """
        search = _Search(self, model, deadline, on_billed)
        while (route := await search.next_route()) is not None:
            with _Attempt(self, search, route) as attempt:
                async with asyncio.timeout(attempt.timeout_s):
                    request = await ask(await route.model.profile())
                    reply = await route.model.complete(request, attempt.left_s)
                return attempt.answered(request, reply)
        raise search.given_up()

    async def stream(
        self, ask: MakeRequest, model: str, deadline: float, on_billed: OnBilled = _ignore
    ) -> AsyncGenerator[str | Routed]:
        """Streams the first answer in pieces, then whole. After the first piece a failure ends it, so nothing is
        repeated.
        """
        search = _Search(self, model, deadline, on_billed)
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
    """One request's way through the routes: each is tried as often as allowed, then the next one."""

    def __init__(self, router: Router, model: str, deadline: float, on_billed: OnBilled) -> None:
        self._router, self.deadline, self.on_billed = router, deadline, on_billed
        self._routes = router.serving(model)
        self._at = 0
        self._tried = 0
        self._failure: ModelFailed | None = None
        self._limited = False
        self._waits: list[float] = []

    async def next_route(self) -> Route | None:
        """The route of the next attempt, after any pause before it; None if there is none left."""
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
        """Records a failed attempt."""
        self._failure = failure
        self._limited |= failure.limited
        if failure.passing or failure.sick:
            self._waits.append(failure.retry_after_s or 0.0)

    def given_up(self) -> ArfError:
        """The error to raise when there is no answer."""
        if self._router.clock() >= self.deadline:
            return DeadlineExceeded("no upstream answered in time")
        names = ", ".join(r.name for r in self._routes)
        if not self._waits:
            return UpstreamRefused(f"{names}: {self._failure.message if self._failure else 'no answer'}")
        said = f"; the last said: {self._failure.message}" if self._failure else ""
        again = max(min(self._waits), 1.0)
        if self._limited:
            return UpstreamLimited(f"upstreams are rate-limiting ({names}){said}", again)
        return Unavailable(f"no upstream answers ({names}){said}", again)

    async def _may_try_again(self) -> bool:
        """Waits before retrying the same route; False if no retry is allowed or the wait would be too long."""
        router = self._router
        if self._failure is None or not self._failure.passing or self._tried >= router.retry.attempts:
            return False
        pause = router.retry.pause(self._tried, self._failure.retry_after_s, router.rng)
        if pause > router.retry.patience_s or router.clock() + pause >= self.deadline:
            return False
        await router.sleep(pause)
        return True


class _Attempt:
    """Reports one attempt to breaker and metrics; swallows a failure that another route may make good."""

    def __init__(self, router: Router, search: _Search, route: Route) -> None:
        self._router, self._search, self._route = router, search, route
        self._begun = router.clock()
        self.timeout_s = min(route.timeout_s, search.deadline - self._begun)
        self._outcome = "cancelled"
        self.started = False

    @property
    def left_s(self) -> float:
        """Seconds left for this attempt."""
        return self.timeout_s - (self._router.clock() - self._begun)

    def __enter__(self) -> _Attempt:
        return self

    def answered(self, request: Request, reply: Completion) -> Routed:
        """Marks the attempt as successful."""
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
            logger.warning("upstream is unwell", reason=failure.message)
        else:
            breaker.forget()
        self._router.metrics.attempted(self._route.name, self._outcome, self._router.clock() - self._begun)
        if self._outcome == "ok":
            return False
        # An attempt that was abandoned, or that had started to answer, may have been charged for.
        if failure is None or failure.billed or self.started:
            self._search.on_billed()
        if failure is None:
            return False
        self._search.failed(failure)
        if self.started:
            raise Unavailable(f"{self._route.name} stopped in the middle of its answer", 1.0) from error
        return True

    def _as_failure(self, error: BaseException | None) -> ModelFailed | None:
        if isinstance(error, ModelFailed):
            return error
        if isinstance(error, TimeoutError):
            name = self._route.name
            return ModelFailed(f"{name}: timed out", passing=True, sick=True, billed=True)
        return None
