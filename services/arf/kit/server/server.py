"""The lifecycle of a service's process: starts its parts, and stops them in reverse order."""

from __future__ import annotations

import asyncio
import inspect
from contextlib import AsyncExitStack
from dataclasses import dataclass

import structlog
from grpc import aio

from arf.kit import metrics as names
from arf.kit.loopback import is_loopback
from arf.kit.metrics import Metrics
from arf.kit.server.api_server import api_server, bind, connection_limits, listen
from arf.kit.server.crew import WorkerThreads
from arf.kit.server.health import Health
from arf.kit.server.metrics_server import serve_metrics
from arf.kit.server.service import Close, Service
from arf.kit.server.settings import ServerSettings

logger = structlog.get_logger(__name__)

_HEALTH_CONNECTIONS = 256
_HEALTH_BYTES = 4096
"""Largest request of a probe, which needs no token."""


@dataclass(frozen=True, slots=True)
class Ports:
    """The ports that the server listens on; `api` is None for a process with workers alone."""

    api: int | None
    health: int
    metrics: int


class Server:
    """A running service: `start`, wait for `ended` or a signal, `drain`. For one event loop."""

    def __init__(self, service: Service, settings: ServerSettings, metrics: Metrics) -> None:
        self._service = service
        self._settings = settings
        self._metrics = metrics
        self._draining = asyncio.Event()
        self._crew = WorkerThreads(service.workers if settings.role != "api" else ())
        self._closing = AsyncExitStack()
        self._api: aio.Server | None = None
        self._health: Health | None = None
        self._watching: list[asyncio.Task[None]] = []

    async def start(self) -> Ports:
        """Starts all ports and workers. Raises InvalidRecord if a port is taken or a file is bad."""
        settings = self._settings
        for close in self._service.closing:
            self._closing.push_async_callback(_close, close)
        try:
            metrics, stop_metrics = await serve_metrics(
                self._metrics.registry, settings.host, settings.metrics_port, settings.idle_s
            )
            self._closing.push_async_callback(stop_metrics)
            services: list[str] = []
            if settings.role != "worker" and self._service.apis:
                self._api, services, backlog = api_server(self._service.apis, settings, self._metrics, self._draining)
            health = await self._open_health(services)
            api = listen(self._api, settings) if self._api is not None else None
            if self._api is not None:
                await self._api.start()
                self._watching.append(asyncio.create_task(backlog.watch()))
        except BaseException:
            await self._closing.aclose()
            raise
        self._crew.start()
        assert self._health is not None
        self._watching.append(asyncio.create_task(self._health.watch()))
        ports = Ports(api, health, metrics)
        self._say(ports)
        return ports

    async def ended(self) -> None:
        """Returns when a worker has ended by itself: the process should stop then."""
        await self._crew.ended()

    async def drain(self) -> bool:
        """Stops taking calls, finishes running calls and work within the grace, and closes everything.

        Returns whether all of it was finished.
        """
        settings = self._settings
        logger.info("draining", seconds=settings.grace_s)
        for task in self._watching:
            task.cancel()
        if self._watching:
            await asyncio.wait(self._watching)
        if self._health is not None:
            await self._health.drain()
        self._draining.set()
        await asyncio.sleep(settings.drain_delay_s)
        finished = await asyncio.gather(self._stop_api(), self._crew.stop(settings.grace_s))
        await self._closing.aclose()
        logger.info("stopped")
        return all(finished)

    async def _stop_api(self) -> bool:
        """Stops the API; returns whether all calls ended within the grace."""
        if self._api is None:
            return True
        stopping = asyncio.create_task(self._api.stop(self._settings.grace_s))
        done, _ = await asyncio.wait([stopping], timeout=self._settings.grace_s)
        late = 0 if done else self._in_flight()
        if late:
            logger.error("calls are still in flight: they are cut off", count=late)
        await stopping
        return not late

    def _in_flight(self) -> int:
        gauge = self._metrics.gauge(names.IN_FLIGHT)
        return round(sum(sample.value for metric in gauge.collect() for sample in metric.samples))

    async def _open_health(self, services: list[str]) -> int:
        settings = self._settings
        server = aio.server(
            options=[
                *connection_limits(settings, _HEALTH_CONNECTIONS),
                ("grpc.so_reuseport", 0),
                ("grpc.max_receive_message_length", _HEALTH_BYTES),
                ("grpc.max_connection_age_ms", round(10_000 * settings.idle_s)),
                ("grpc.max_connection_age_grace_ms", round(1000 * settings.idle_s)),
            ]
        )
        self._health = Health(
            services,
            self._service.readiness,
            self._metrics,
            settings.readiness_interval_s,
            settings.readiness_timeout_s,
        )
        await self._health.register(server)
        port = bind(server, settings.host, settings.health_port)
        await server.start()
        self._closing.push_async_callback(server.stop, None)
        return port

    def _say(self, ports: Ports) -> None:
        settings = self._settings
        for name, port in (("api", ports.api), ("health", ports.health), ("metrics", ports.metrics)):
            if port is not None:
                logger.info("listening", name=name, address=settings.host, port=port, role=settings.role)
        if ports.api is not None and settings.tls_cert is None and not is_loopback(settings.host):
            logger.warning("no TLS_CERT: tokens and text travel unencrypted, unless a proxy encrypts them")


async def _close(close: Close) -> None:
    """Closes one resource; an error is logged, so that the others are closed too."""
    try:
        done = close()
        if inspect.isawaitable(done):
            await done
    except Exception as error:  # logged
        logger.error("could not be closed", exc_info=error)
