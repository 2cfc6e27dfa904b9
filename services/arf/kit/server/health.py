"""Health checks for probes (grpc.health.v1), on a plaintext port of their own.

`liveness` is SERVING as long as the process answers. `readiness`, the empty name and the names of the services are
SERVING when start-up is complete and each of the process's own dependencies answers.
"""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Mapping, Sequence

import structlog
from grpc import aio
from grpc_health.v1 import health_pb2_grpc
from grpc_health.v1.health import aio as health_aio
from grpc_health.v1.health_pb2 import HealthCheckResponse

from arf.kit import metrics as names
from arf.kit.errors import ArfError
from arf.kit.metrics import Metrics
from arf.kit.server.daemon import in_daemon
from arf.kit.server.service import ReadinessCheck

logger = structlog.get_logger(__name__)

LIVENESS = "liveness"
READINESS = "readiness"

_STATUS = HealthCheckResponse.ServingStatus


class Health:
    """Runs the readiness checks periodically and answers probes. One per server, on its event loop."""

    def __init__(
        self,
        services: Sequence[str],
        checks: Mapping[str, ReadinessCheck],
        metrics: Metrics,
        interval_s: float,
        timeout_s: float,
    ) -> None:
        self._names = ("", READINESS, *services)
        self._checks = dict(checks)
        self._ready = metrics.gauge(names.READY)
        self._interval_s = interval_s
        self._timeout_s = timeout_s
        self._servicer = health_aio.HealthServicer()
        self._pending: dict[str, asyncio.Future[None]] = {}
        self._serving = False

    async def register(self, server: aio.Server) -> None:
        """Registers the health service; at first only `liveness` is SERVING."""
        health_pb2_grpc.add_HealthServicer_to_server(self._servicer, server)
        await self._servicer.set(LIVENESS, _STATUS.SERVING)
        await self._tell(False)

    async def watch(self) -> None:
        """Runs the checks until cancelled. Start it when everything else has started."""
        while True:
            await self._tell(await self._all_answer())
            await asyncio.sleep(self._interval_s)

    async def drain(self) -> None:
        """Reports not ready from now on. Cancel `watch` first."""
        await self._tell(False)

    async def _tell(self, serving: bool) -> None:
        if serving != self._serving:
            logger.info("ready" if serving else "not ready")
        self._serving = serving
        for name in self._names:
            await self._servicer.set(name, _STATUS.SERVING if serving else _STATUS.NOT_SERVING)

    async def _all_answer(self) -> bool:
        answers = await asyncio.gather(*(self._answers(name) for name in self._checks))
        return all(answers)

    async def _answers(self, name: str) -> bool:
        """Whether a dependency answers in time. A check that hangs is not started a second time."""
        pending = self._pending.get(name)
        if pending is None:
            pending = self._pending[name] = _start(name, self._checks[name])
        done, _ = await asyncio.wait([pending], timeout=self._timeout_s)
        answered = False
        if done:
            del self._pending[name]
            answered = self._succeeded(name, pending)
        else:
            logger.warning("dependency does not answer", name=name, seconds=self._timeout_s)
        self._ready.labels(name).set(answered)
        return answered

    def _succeeded(self, name: str, check: asyncio.Future[None]) -> bool:
        error = check.exception()
        if isinstance(error, ArfError):
            logger.warning("dependency does not answer", name=name, reason=error.message)
        elif error is not None:
            logger.warning("dependency does not answer", name=name, exc_info=error)
        return error is None


def _start(name: str, check: ReadinessCheck) -> asyncio.Future[None]:
    if inspect.iscoroutinefunction(check):
        return asyncio.ensure_future(check())
    return in_daemon(f"check-{name}", check)
