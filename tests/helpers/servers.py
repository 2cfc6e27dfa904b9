"""Servers of the kit for tests: on an event loop in a thread, on free ports, with servicers that do as told."""

from __future__ import annotations

import asyncio
import importlib
import threading
from collections.abc import AsyncIterator, Coroutine
from pkgutil import iter_modules
from types import SimpleNamespace
from typing import Any, TypeVar

import grpc
from google.protobuf import descriptor_pool, message_factory
from google.protobuf.descriptor import MethodDescriptor, ServiceDescriptor

from arf import v1
from arf.calls.subject import CALL
from arf.kit.metrics import Metrics
from arf.kit.server import Api, Ports, Role, Server, ServerSettings, Service

T = TypeVar("T")

SERVICES = tuple(
    name for module in iter_modules(v1.__path__) if (name := module.name.removesuffix("_service_pb2")) != module.name
)
"""The services that arf.v1 declares."""


class LoopThread:
    """An event loop that runs in a thread until it is closed."""

    def __init__(self) -> None:
        self.loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self.loop.run_forever, daemon=True)
        self._thread.start()

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """What `work` returns."""
        return asyncio.run_coroutine_threadsafe(work, self.loop).result(timeout=60)

    def close(self) -> None:
        """Stops the loop."""
        self.loop.call_soon_threadsafe(self.loop.stop)
        self._thread.join()
        self.loop.close()


class Running:
    """A server that has started."""

    def __init__(self, loop: LoopThread, server: Server, ports: Ports, metrics: Metrics) -> None:
        self.ports = ports
        self.metrics = metrics
        self._loop = loop
        self._server = server

    @property
    def target(self) -> str:
        """Where its API is."""
        return f"localhost:{self.ports.api}"

    def count(self, metric: str, /, **labels: str) -> float:
        """A metric's value now, by its full name; 0 where there is none yet."""
        return self.metrics.registry.get_sample_value(metric, labels) or 0.0

    def drain(self) -> bool:
        """Stops it."""
        return self._loop.run(self._server.drain())


def start(loop: LoopThread, service: Service, **settings: Any) -> Running:
    """Starts a server on free ports."""
    free = {"port": 0, "health_port": 0, "metrics_port": 0, "readiness_interval_s": 0.05}
    metrics = Metrics(service.name)

    async def begin() -> tuple[Server, Ports]:
        server = Server(service, ServerSettings(**{**free, **settings}), metrics)
        return server, await server.start()

    server, ports = loop.run(begin())
    return Running(loop, server, ports, metrics)


def api(name: str, role: Role = Role.SUBMIT, **behaviours: Any) -> Api:
    """The API of one of the services, where each method that is not given answers with empty messages."""
    stubs = importlib.import_module(f"arf.v1.{name}_service_pb2_grpc")
    add = getattr(stubs, f"add_{name.title()}ServiceServicer_to_server")
    descriptor: ServiceDescriptor = descriptor_pool.Default().FindServiceByName(f"arf.v1.{name.title()}Service")
    echoes = {method.name: _echo(method) for method in descriptor.methods}
    return Api(add, SimpleNamespace(**{**echoes, **behaviours}), dict.fromkeys(echoes, role), CALL)


def _echo(method: MethodDescriptor) -> Any:
    response = message_factory.GetMessageClass(method.output_type)

    async def one(request: Any, context: grpc.aio.ServicerContext[Any, Any]) -> Any:
        return response()

    async def many(request: Any, context: grpc.aio.ServicerContext[Any, Any]) -> AsyncIterator[Any]:
        if method.client_streaming:
            async for _ in request:
                yield response()
        else:
            yield response()

    return many if method.server_streaming else one
