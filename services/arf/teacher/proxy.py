"""The proxy in front of the teacher: brought summary, redaction, cache, limits, budget, upstreams, and the way back.

Nothing of a call reaches a cache or an upstream before it is redacted, and nothing is restored before it leaves again.
What a call says, instructions to the model among it, is text to be summarised and decides nothing here.
"""

from __future__ import annotations

import asyncio
import dataclasses
import json
from collections.abc import AsyncGenerator, Mapping
from contextlib import AbstractAsyncContextManager, aclosing
from dataclasses import dataclass, field
from datetime import UTC, datetime

from arf.calls.prompt import Prompt
from arf.kit.errors import DeadlineExceeded, InvalidRecord
from arf.kit.metrics import Metrics
from arf.privacy.redaction.placeholders import Placeholders
from arf.privacy.redaction.redactor import POLICY, redact
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
from arf.teacher.summarise import brought
from arf.v1.summary_pb2 import CallSummary, Summary, Usage
from arf.v1.transcript_pb2 import Call

_LONG = 20_000
"""Characters from which redaction and prompt leave the event loop: they would hold up others longer than a thread."""


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
    """A call made ready: its prompt is redacted, and `placeholders` is the way back."""

    call: Call
    prompt: Prompt
    placeholders: Placeholders
    redactions: Mapping[str, int]
    model: str
    key: str
    deadline: float
    estimate: Estimate


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
        self._policy = POLICY if redaction else ""
        self._metrics = metrics or ProxyMetrics(Metrics("teacher"))
        self._admission = Admission(limiter, budget, self._metrics)
        self._flights: SingleFlight[tuple[Answer, int]] = SingleFlight()
        self._parameters = json.dumps(dataclasses.asdict(task.decoding), sort_keys=True)

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
        restorer = request.placeholders.stream()
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
        long = sum(len(turn.text) for turn in call.turns) > _LONG
        prompt, placeholders, counts = await asyncio.to_thread(self._shown, call) if long else self._shown(call)
        for kind, count in counts.items():
            self._metrics.redacted(kind, count)
        return _Request(
            call,
            prompt,
            placeholders,
            counts,
            model,
            answer_key(call.tenant, prompt, model, self._parameters, self._policy),
            deadline,
            estimate(prompt, self._task.decoding),
        )

    def _shown(self, call: Call) -> tuple[Prompt, Placeholders, Mapping[str, int]]:
        """What an upstream is shown of the call, the way back from it, and what was taken out, by kind."""
        if not self._policy:
            return self._task.teacher_prompt(call), Placeholders(), {}
        redacted = redact(call)
        return self._task.teacher_prompt(redacted.call), redacted.placeholders, redacted.counts

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
        decoding = self._task.decoding
        async with self._admitted(request) as charge:
            routed = await self._router.complete(
                request.prompt, decoding, request.model, request.deadline, charge.may_be_billed
            )
            self._pay(charge, routed)
        return await self._kept(request, routed), charge.micros

    async def _streamed(self, request: _Request) -> AsyncGenerator[str | tuple[Answer, int]]:
        decoding = self._task.decoding
        async with self._admitted(request) as charge:
            pieces = self._router.stream(
                request.prompt, decoding, request.model, request.deadline, charge.may_be_billed
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
        self._metrics.spent(routed.route.upstream.name, prompt, completion, charge.micros)

    async def _kept(self, request: _Request, routed: Routed) -> Answer:
        """The answer, cached."""
        reply, upstream = routed.reply, routed.route.upstream
        answer = Answer(
            text=reply.text,
            upstream=upstream.name,
            model=upstream.model,
            prompt_tokens=reply.prompt_tokens,
            completion_tokens=reply.completion_tokens,
            finish_reason=reply.finish_reason,
            created_at=datetime.now(UTC).isoformat(timespec="seconds"),
            seconds=round(routed.seconds, 4),
        )
        await self._cache.put(request.call.tenant, request.key, request.call.id, answer)
        return answer

    def _outcome(self, request: _Request, answer: Answer, *, cached: bool, cost: int = 0) -> Outcome:
        summary = Summary(
            text=request.placeholders.restore(self._task.clean(answer.text)),
            model=answer.model,
            created_at=answer.created_at,
            prompt_version=request.prompt.version,
            parameters=self._parameters,
            usage=Usage(
                prompt_tokens=answer.prompt_tokens,
                completion_tokens=answer.completion_tokens,
                seconds=answer.seconds,
            ),
            finish_reason=answer.finish_reason,
        )
        call = request.call
        made = CallSummary(
            call_id=call.id,
            tenant=call.tenant,
            channel=call.channel,
            summary=summary,
            redaction_policy=self._policy,
        )
        return Outcome(made, cached, answer.upstream, cost, request.redactions)
