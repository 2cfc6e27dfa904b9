"""The life of a server's process from its variables to its end, where nothing outside of it is touched."""

from __future__ import annotations

import asyncio
import importlib
from collections.abc import Iterator
from contextlib import ExitStack
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch

from arf.kit.metrics import Metrics
from arf.kit.server import ServerSettings, Service
from arf.kit.server.spec import ServiceSpec
from tests.helpers.object_graph import values
from tests.helpers.servers import api


class _Noted:
    """Notes every call of its methods, and that of itself, and answers with what is harmless."""

    def __init__(self, name: str, notes: list[tuple[object, ...]], answer: object = None) -> None:
        self._name, self._notes, self._answer = name, notes, answer

    def __call__(self, *args: object, **named: object) -> Any:
        self._notes.append((self._name, args, named))
        return self._answer

    async def later(self, *args: object, **named: object) -> Any:
        return self(*args, **named)


class _Asyncio:
    """The module, less the server's own pauses: others sleep as they did."""

    def __init__(self, sleep: object) -> None:
        self.sleep = sleep

    def __getattr__(self, name: str) -> Any:
        return getattr(asyncio, name)


class _Worker:
    def run(self) -> None:
        """Nothing to do."""

    def stop(self) -> None:
        """Nothing to end."""


def lived() -> dict[str, str]:
    """What a service is made of and does with the `ARF_…` variables as they are, by the way to each value."""
    notes: list[tuple[object, ...]] = []
    servers: list[object] = []
    parts = {
        name: importlib.import_module(f"arf.kit.server.{name}") for name in ("main", "server", "api_server", "crew")
    }

    def noted(name: str, answer: object = None) -> _Noted:
        return _Noted(name, notes, answer)

    class Server(parts["server"].Server):  # type: ignore[misc]
        def __init__(self, *args: Any) -> None:
            super().__init__(*args)
            servers.append(self)

    def grpc_server(options: object = None, maximum_concurrent_rpcs: int | None = None) -> object:
        asked = noted("server", options)
        asked(options, maximum_concurrent_rpcs)
        doing = {name: noted(name).later for name in ("start", "stop", "wait_for_termination")}
        ports = {name: noted(name, 1) for name in ("add_insecure_port", "add_secure_port")}
        handlers = {name: noted(name) for name in ("add_generic_rpc_handlers", "add_registered_method_handlers")}
        return SimpleNamespace(**doing, **ports, **handlers)

    def build(settings: ServerSettings, metrics: Metrics) -> Service:
        return Service("teacher", apis=[api("teacher")], workers=[_Worker()])

    stop = asyncio.Event()
    stop.set()
    with ExitStack() as patched:
        for target, name, new in _replaced(parts, noted, Server, grpc_server, stop):
            patched.enter_context(patch.object(target, name, new))
        status = parts["main"].main(ServiceSpec("teacher", 50051), build, [])
    return values((notes, servers, status))


def _replaced(
    parts: dict[str, Any], noted: Any, kind: type, grpc_server: Any, stop: asyncio.Event
) -> Iterator[tuple[object, str, object]]:
    """What stands for the outside, and where."""
    yield parts["main"].logs, "configure", noted("logs")
    yield parts["main"].tracing, "configure", noted("traces", SimpleNamespace(shutdown=noted("shutdown")))
    yield parts["main"], "Server", kind
    yield parts["main"], "_stop_on_signals", lambda: stop
    yield parts["server"], "serve_metrics", noted("metrics", (1, noted("stop").later)).later
    yield parts["server"].aio, "server", grpc_server
    yield parts["api_server"], "server_credentials", noted("credentials", "credentials")
    yield parts["server"], "asyncio", _Asyncio(noted("sleep").later)
    yield parts["crew"].WorkerThreads, "stop", noted("crew", True).later
