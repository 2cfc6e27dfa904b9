"""The wiring of the teacher service: which adapter each port gets, from settings."""

from __future__ import annotations

import asyncio
import uuid
from contextlib import suppress
from datetime import UTC, datetime

import structlog

from arf.audit.log import Action, AuditEntry, SqlAudit
from arf.backbone import Backbone, open_backbone
from arf.calls.subject import CALL
from arf.flow import CALLS, SUMMARIES
from arf.inference.open_model import open_model
from arf.kit.bus.stage import Stage
from arf.kit.environment import from_environment
from arf.kit.errors import ArfError
from arf.kit.metrics import Metrics
from arf.kit.server import Api, ServerSettings, Service
from arf.kit.stage_worker import StageWorker, cache_file
from arf.kit.threads import Threads
from arf.tasks.registry import load
from arf.teacher.adapters.store_cache import StoreCache
from arf.teacher.answers import SqlAnswers
from arf.teacher.batch import Batches
from arf.teacher.breaker import Breaker
from arf.teacher.budget import Budget, day, month
from arf.teacher.budgets_sql import SqlBudgets
from arf.teacher.cache import MemoryCache, NoCache
from arf.teacher.metrics import ProxyMetrics
from arf.teacher.ports import ResponseCache
from arf.teacher.prices import Price
from arf.teacher.proxy import TeacherProxy
from arf.teacher.rate_limit import Clock, Limit, RateLimiter, TenantLimits
from arf.teacher.retry import Retry
from arf.teacher.router import Route, Router
from arf.teacher.servicer import ROLES, TeacherServicer
from arf.teacher.settings import TeacherSettings, TenantSettings, UpstreamSettings
from arf.teacher.worker import STAGE, TeacherHandler
from arf.v1.teacher_service_pb2_grpc import add_TeacherServiceServicer_to_server

logger = structlog.get_logger(__name__)


async def build(settings: ServerSettings, metrics: Metrics) -> Service:
    """Builds the service from the `ARF_…` and `ARF_TEACHER_…` variables. Raises ArfError if it cannot be built."""
    own = from_environment(TeacherSettings)
    backbone = await asyncio.to_thread(open_backbone)
    loop = asyncio.get_running_loop()
    clock, threads, told = loop.time, Threads(own.threads, "teacher"), ProxyMetrics(metrics)
    router = Router(
        [_route(upstream, own, clock) for upstream in own.upstreams],
        Retry(attempts=own.attempts, base_s=own.backoff_s, patience_s=own.patience_s),
        clock,
        metrics=told,
    )
    budget = _budget(own, backbone, threads, clock)
    limiter = RateLimiter(_limits(own.limits), clock, {name: _limits(t) for name, t in own.tenants.items()})
    cache = _cache(own, backbone, threads, clock)
    task = load(own.task)
    proxy = TeacherProxy(
        task,
        router,
        cache,
        limiter,
        budget,
        clock,
        redaction=own.redaction,
        metrics=told,
    )
    batches = Batches(proxy, clock, deadline_s=own.deadline_s, concurrency=own.concurrency)
    handler = TeacherHandler(task, batches, backbone.sealer, live_share=own.live_share)
    worker = StageWorker(
        backbone.bus,
        Stage(STAGE, [CALLS], SUMMARIES, handler, answers=handler.answers),
        metrics,
        loop,
        own.pace,
        cache_file(own.cache_dir, "teacher-done"),
    )
    renewing = loop.create_task(_renew(budget, own.budget_lease_s / 3))

    async def give_back() -> None:
        renewing.cancel()
        with suppress(asyncio.CancelledError):
            await renewing
        await budget.close()

    return Service(
        "teacher",
        apis=[Api(add_TeacherServiceServicer_to_server, TeacherServicer(proxy, batches), ROLES, CALL)],
        workers=[worker, backbone.upkeep()],
        readiness=backbone.readiness,
        closing=[backbone.close, threads.close, router.close, cache.close, give_back],
    )


async def _renew(budget: Budget, every_s: float) -> None:
    """Renews budget leases until cancelled; leases expire while renewal fails."""
    while True:
        await asyncio.sleep(every_s)
        try:
            await budget.renew()
        except Exception as error:  # noqa: BLE001  # what was spent is booked the next time
            reason = error.message if isinstance(error, ArfError) else type(error).__name__
            logger.warning("leases of budgets are not renewed", reason=reason)


def _route(settings: UpstreamSettings, own: TeacherSettings, clock: Clock) -> Route:
    return Route(
        settings.name,
        open_model(settings.spec, settings.with_key(own.api_key)),
        Breaker(clock, failures=own.breaker_failures, cooldown_s=own.breaker_cooldown_s),
        Price(settings.prompt_micros, settings.completion_micros),
        settings.timeout_s,
    )


def _cache(own: TeacherSettings, backbone: Backbone, threads: Threads, clock: Clock) -> ResponseCache:
    if own.cache == "off":
        return NoCache()
    if own.cache == "memory":
        return MemoryCache(clock, ttl_s=own.cache_ttl_s, most=own.cache_entries)
    return StoreCache(SqlAnswers(backbone.database), backbone.sealer, threads.run, ttl_s=own.cache_ttl_s)


def _budget(own: TeacherSettings, backbone: Backbone, threads: Threads, clock: Clock) -> Budget:
    replica, audit = uuid.uuid4().hex[:12], SqlAudit(backbone.database)

    def changing(tenant: str, period: str, before: int, limit: int) -> None:
        why = f"limit of {limit} micros instead of {before}, by the settings of a replica that started"
        audit.append(
            AuditEntry(datetime.now(UTC), tenant, f"teacher/{replica}", Action.BUDGET, f"budgets/{period}", why)
        )

    return Budget(
        SqlBudgets(backbone.database),
        replica,
        clock,
        slice_micros=own.budget_slice_micros,
        ttl_s=own.budget_lease_s,
        limit_micros=own.limits.budget_micros,
        tenants={name: tenant.budget_micros for name, tenant in own.tenants.items()},
        period={"month": month, "day": day}[own.budget_period],
        changing=changing,
        in_thread=threads.run,
    )


def _limits(settings: TenantSettings) -> TenantLimits:
    return TenantLimits(
        None if settings.requests_per_s is None else Limit(settings.requests_per_s, settings.requests_burst),
        None if settings.tokens_per_s is None else Limit(settings.tokens_per_s, settings.tokens_burst),
    )
