"""The proxy in front of the teacher: supplied summaries, redaction, cache, limits, budget, upstreams, restoring.

Nothing of a call reaches a cache or an upstream before it is redacted, and nothing is restored before it leaves again.
Instructions inside a transcript are only text to summarise and decide nothing here.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import AbstractAsyncContextManager, aclosing
from dataclasses import dataclass, field
from functools import partial
from typing import TypeVar

from arf.inference.port import Request
from arf.inference.profile import ModelProfile
from arf.kit.errors import DeadlineExceeded, InvalidRecord
from arf.kit.metrics import Metrics
from arf.summarising.shown import ShownCall, show
from arf.summarising.summary import parameters, summary_of, summary_request, supplied_summary, written
from arf.tasks.base import Task
from arf.teacher.admission import Admission, Charge
from arf.teacher.budget import Budget
from arf.teacher.cache import answer_key
from arf.teacher.metrics import ProxyMetrics
from arf.teacher.ports import Answer, ResponseCache
from arf.teacher.prices import TokenEstimate, estimate
from arf.teacher.rate_limit import Clock, RateLimiter
from arf.teacher.router import Routed, Router
from arf.teacher.single_flight import SingleFlight
from arf.v1.summary_pb2 import CallSummary
from arf.v1.transcript_pb2 import Call

_LONG = 20_000
"""Calls longer than this many characters are redacted and rendered in a thread, so as not to block the event loop."""

_BOUNDLESS = ModelProfile(window=2**40)
"""The profile of a model without a context limit: cache keys and estimates use it, so that neither waits for an
upstream to report its window.
"""

T = TypeVar("T")


@dataclass(frozen=True)
class Summarised:
    """A summary and how it was obtained; see SummarizeResponse."""

    summary: CallSummary
    cached: bool = False
    upstream: str = ""
    cost_micros: int = 0
    redactions: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class _Request:
    """A prepared call: `shown` is what upstreams see of it, `estimate` the most tokens it may take."""

    shown: ShownCall
    model: str
    key: str
    deadline: float
    estimate: TokenEstimate

    @property
    def call(self) -> Call:
        """The original call."""
        return self.shown.original


class TeacherProxy:
    """Summarises calls with the teacher's model, wherever it is served."""

    def __init__(
        self,
        task: Task,
        router: Router,
        cache: ResponseCache,
        limiter: RateLimiter,
        budget: Budget,
        clock: Clock,
        *,
        redaction: bool = True,
        metrics: ProxyMetrics | None = None,
    ) -> None:
        self._task, self._router, self._cache = task, router, cache
        self._clock = clock
        self._redaction = redaction
        self._metrics = metrics or ProxyMetrics(Metrics("teacher"))
        self._admission = Admission(limiter, budget, self._metrics)
        self._flights: SingleFlight[tuple[Answer, int]] = SingleFlight()

    async def summarise(self, call: Call, deadline: float, *, model: str = "", refresh: bool = False) -> Summarised:
        """The summary of one call before `deadline`, on the proxy's clock.

        Raises InvalidRecord for a call without text, NotFound for a model that is not configured, RateLimited
        (UpstreamLimited included), TooLarge, BudgetExhausted, Unavailable, UpstreamRefused or DeadlineExceeded.
        """
        if call.HasField("summary"):
            return Summarised(supplied_summary(call))
        request = await self._prepared(call, deadline, model)
        answer = await self._looked_up(request, refresh)
        if answer is not None:
            return self._outcome(request, answer, cached=True)
        (answer, cost), shared = await self._shared(request, refresh)
        if shared:
            self._metrics.looked_up("shared")
        return self._outcome(request, answer, cached=shared, cost=0 if shared else cost)

    async def stream(
        self, call: Call, deadline: float, *, model: str = "", refresh: bool = False
    ) -> AsyncGenerator[str | Summarised]:
        """Streams the summary in pieces with personal data restored, then yields the whole result."""
        if call.HasField("summary"):
            yield Summarised(supplied_summary(call))
            return
        request = await self._prepared(call, deadline, model)
        answer = await self._looked_up(request, refresh)
        if answer is not None:
            outcome = self._outcome(request, answer, cached=True)
            yield outcome.summary.summary.text
            yield outcome
            return
        restorer = request.shown.placeholders.stream()
        async with aclosing(self._streamed(request)) as pieces:
            async for piece in pieces:
                if isinstance(piece, str):
                    if shown := restorer.feed(piece):
                        yield shown
                    continue
                if rest := restorer.finish():
                    yield rest
                yield self._outcome(request, piece[0], cached=False, cost=piece[1])

    async def _prepared(self, call: Call, deadline: float, model: str) -> _Request:
        if not any(turn.text.strip() for turn in call.turns):
            raise InvalidRecord("call.turns", "no turn has any text")
        self._router.serving(model)
        shown, whole = await self._off_loop_if_long(call, lambda: self._whole(call))
        for kind, count in shown.counts.items():
            self._metrics.redacted(kind, count)
        key = answer_key(call.tenant, whole.prompt, model, parameters(whole.decoding), shown.policy)
        return _Request(shown, model, key, deadline, estimate(whole.prompt, whole.decoding))

    def _whole(self, call: Call) -> tuple[ShownCall, Request]:
        """The call as shown, and a request with all of it; each model is later given as much as fits its window."""
        shown = show(call, redaction=self._redaction)
        return shown, summary_request(self._task, self._task.teacher_prompt, shown, _BOUNDLESS)

    async def _request_for(self, shown: ShownCall, profile: ModelProfile) -> Request:
        """The request for a model with that profile."""
        return await self._off_loop_if_long(
            shown.original, lambda: summary_request(self._task, self._task.teacher_prompt, shown, profile)
        )

    async def _off_loop_if_long(self, call: Call, work: Callable[[], T]) -> T:
        """Runs `work`, in a thread if the call is long."""
        long = sum(len(turn.text) for turn in call.turns) > _LONG
        return await asyncio.to_thread(work) if long else work()

    async def _looked_up(self, request: _Request, refresh: bool) -> Answer | None:
        if refresh:
            self._metrics.looked_up("refresh")
            return None
        answer = await self._cache.get(request.call.tenant, request.key)
        self._metrics.looked_up("miss" if answer is None else "hit")
        return answer

    async def _shared(self, request: _Request, refresh: bool) -> tuple[tuple[Answer, int], bool]:
        """The answer, requested once for all identical concurrent requests, each of which has its own deadline."""
        key = f"{request.key}:refresh" if refresh else request.key
        while True:
            try:
                async with asyncio.timeout(max(0.0, request.deadline - self._clock())):
                    return await self._flights.do(key, lambda: self._asked(request))
            except TimeoutError:
                raise DeadlineExceeded("no answer in time") from None
            except DeadlineExceeded:
                # That deadline was the first requester's, not ours: ask again.
                if self._clock() >= request.deadline:
                    raise

    async def _asked(self, request: _Request) -> tuple[Answer, int]:
        """An upstream's answer and its cost: admitted, paid for and cached."""
        async with self._admitted(request) as charge:
            routed = await self._router.complete(
                partial(self._request_for, request.shown), request.model, request.deadline, charge.may_be_billed
            )
            self._pay(charge, routed)
        return await self._cached(request, routed), charge.micros

    async def _streamed(self, request: _Request) -> AsyncGenerator[str | tuple[Answer, int]]:
        async with self._admitted(request) as charge:
            pieces = self._router.stream(
                partial(self._request_for, request.shown), request.model, request.deadline, charge.may_be_billed
            )
            async with aclosing(pieces):
                async for piece in pieces:
                    if isinstance(piece, Routed):
                        self._pay(charge, piece)
                        yield await self._cached(request, piece), charge.micros
                    else:
                        yield piece

    def _admitted(self, request: _Request) -> AbstractAsyncContextManager[Charge]:
        """Reserves the tenant's rate, and money for the most expensive upstream that may answer."""
        expected = request.estimate
        dearest = max(
            route.price.cost(expected.prompt_tokens, expected.completion_tokens)
            for route in self._router.serving(request.model)
        )
        return self._admission.admitted(request.call.tenant, expected, dearest)

    def _pay(self, charge: Charge, routed: Routed) -> None:
        prompt, completion = routed.reply.prompt_tokens, routed.reply.completion_tokens
        charge.paid(prompt + completion, routed.route.price.cost(prompt, completion))
        self._metrics.spent(routed.route.name, prompt, completion, charge.micros)

    async def _cached(self, request: _Request, routed: Routed) -> Answer:
        """Stores the answer in the cache and returns it."""
        made = written(routed.request, routed.reply, routed.route.model.name)
        answer = Answer(routed.route.name, made)
        await self._cache.put(request.call.tenant, request.key, request.call.id, answer)
        return answer

    def _outcome(self, request: _Request, answer: Answer, *, cached: bool, cost: int = 0) -> Summarised:
        summary = summary_of(self._task, request.shown, answer.written)
        return Summarised(summary, cached, answer.upstream, cost, request.shown.counts)
