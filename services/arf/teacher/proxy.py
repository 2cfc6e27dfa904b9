"""The proxy in front of the teacher: brought summary, redaction, cache, limits, budget, upstreams, and the way back.

Nothing of a call reaches a cache or an upstream before it is redacted, and nothing is restored before it leaves again.
What a call says, instructions to the model among it, is text to be summarised and decides nothing here.
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
from arf.summarising.summary import brought, parameters, summary_of, summary_request, written
from arf.tasks.base import Task
from arf.teacher.admission import Admission, Charge
from arf.teacher.budget import Budget
from arf.teacher.cache import answer_key
from arf.teacher.metrics import ProxyMetrics
from arf.teacher.ports import Answer, ResponseCache
from arf.teacher.prices import Estimate, estimate
from arf.teacher.rate_limit import Clock, RateLimiter
from arf.teacher.router import Routed, Router
from arf.teacher.single_flight import SingleFlight
from arf.v1.summary_pb2 import CallSummary
from arf.v1.transcript_pb2 import Call

_LONG = 20_000
"""Characters from which redaction and prompt leave the event loop: they would hold up others longer than a thread."""

_BOUNDLESS = ModelProfile(window=2**40)
"""The profile of a model that takes any call whole. An answer's key and its estimate are made for it, so that they do
not wait for an upstream to say how much it takes."""

T = TypeVar("T")


@dataclass(frozen=True)
class Outcome:
    """A summary, and what it took to get it: see SummarizeResponse."""

    summary: CallSummary
    cached: bool = False
    upstream: str = ""
    cost_micros: int = 0
    redactions: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class _Request:
    """A call made ready: `shown` is what upstreams see of it, and `estimate` what that may take at most."""

    shown: ShownCall
    model: str
    key: str
    deadline: float
    estimate: Estimate

    @property
    def call(self) -> Call:
        """The call as it came."""
        return self.shown.original


class TeacherProxy:
    """Summarises calls by the teacher's model, wherever it is served."""

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

    async def summarise(self, call: Call, deadline: float, *, model: str = "", refresh: bool = False) -> Outcome:
        """The summary of one call before `deadline`, by the proxy's clock.

        Raises InvalidRecord for a call that nothing can be made of, NotFound for a model that is not configured,
        RateLimited, UpstreamLimited among them, TooLarge, BudgetExhausted, Unavailable, Refused or DeadlineExceeded.
        """
        if call.HasField("summary"):
            return Outcome(brought(call))
        request = await self._prepared(call, deadline, model)
        answer = await self._looked_up(request, refresh)
        if answer is not None:
            return self._outcome(request, answer, cached=True)
        (answer, cost), shared = await self._flown(request, refresh)
        if shared:
            self._metrics.looked_up("shared")
        return self._outcome(request, answer, cached=shared, cost=0 if shared else cost)

    async def stream(
        self, call: Call, deadline: float, *, model: str = "", refresh: bool = False
    ) -> AsyncGenerator[str | Outcome]:
        """The same in pieces, personal data restored in each, and at the end the whole."""
        if call.HasField("summary"):
            yield Outcome(brought(call))
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
        shown, whole = await self._at_ease(call, lambda: self._whole(call))
        for kind, count in shown.counts.items():
            self._metrics.redacted(kind, count)
        key = answer_key(call.tenant, whole.prompt, model, parameters(whole.decoding), shown.policy)
        return _Request(shown, model, key, deadline, estimate(whole.prompt, whole.decoding))

    def _whole(self, call: Call) -> tuple[ShownCall, Request]:
        """What is shown of the call, and the request that has all of it: each model gets as much as it can take."""
        shown = show(call, redaction=self._redaction)
        return shown, summary_request(self._task, self._task.teacher_prompt, shown, _BOUNDLESS)

    async def _for(self, shown: ShownCall, profile: ModelProfile) -> Request:
        """What a model of that profile is asked."""
        return await self._at_ease(
            shown.original, lambda: summary_request(self._task, self._task.teacher_prompt, shown, profile)
        )

    async def _at_ease(self, call: Call, work: Callable[[], T]) -> T:
        """What `work` gives, off the event loop where the call is long."""
        long = sum(len(turn.text) for turn in call.turns) > _LONG
        return await asyncio.to_thread(work) if long else work()

    async def _looked_up(self, request: _Request, refresh: bool) -> Answer | None:
        if refresh:
            self._metrics.looked_up("refresh")
            return None
        answer = await self._cache.get(request.call.tenant, request.key)
        self._metrics.looked_up("miss" if answer is None else "hit")
        return answer

    async def _flown(self, request: _Request, refresh: bool) -> tuple[tuple[Answer, int], bool]:
        """The answer, asked for once by all who ask for the same now, each until its own deadline."""
        key = f"{request.key}:refresh" if refresh else request.key
        while True:
            try:
                async with asyncio.timeout(max(0.0, request.deadline - self._clock())):
                    return await self._flights.do(key, lambda: self._asked(request))
            except TimeoutError:
                raise DeadlineExceeded("no answer in time") from None
            except DeadlineExceeded:
                # It was that of whoever asked first.
                if self._clock() >= request.deadline:
                    raise

    async def _asked(self, request: _Request) -> tuple[Answer, int]:
        """The answer of an upstream and its cost, admitted, paid for and cached."""
        async with self._admitted(request) as charge:
            routed = await self._router.complete(
                partial(self._for, request.shown), request.model, request.deadline, charge.may_be_billed
            )
            self._pay(charge, routed)
        return await self._kept(request, routed), charge.micros

    async def _streamed(self, request: _Request) -> AsyncGenerator[str | tuple[Answer, int]]:
        async with self._admitted(request) as charge:
            pieces = self._router.stream(
                partial(self._for, request.shown), request.model, request.deadline, charge.may_be_billed
            )
            async with aclosing(pieces):
                async for piece in pieces:
                    if isinstance(piece, Routed):
                        self._pay(charge, piece)
                        yield await self._kept(request, piece), charge.micros
                    else:
                        yield piece

    def _admitted(self, request: _Request) -> AbstractAsyncContextManager[Charge]:
        """Room in the tenant's limits, and money for the dearest upstream that may answer."""
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

    async def _kept(self, request: _Request, routed: Routed) -> Answer:
        """The answer, cached."""
        made = written(routed.request, routed.reply, routed.route.model.name)
        answer = Answer(routed.route.name, made)
        await self._cache.put(request.call.tenant, request.key, request.call.id, answer)
        return answer

    def _outcome(self, request: _Request, answer: Answer, *, cached: bool, cost: int = 0) -> Outcome:
        summary = summary_of(self._task, request.shown, answer.written)
        return Outcome(summary, cached, answer.upstream, cost, request.shown.counts)
