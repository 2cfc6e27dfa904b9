"""The main function of every service's process."""

from __future__ import annotations

import argparse
import asyncio
import inspect
import os
import signal
import sys
from collections.abc import Awaitable, Callable, Sequence

import structlog

from arf.kit import logs, tracing
from arf.kit.errors import ArfError
from arf.kit.metrics import Metrics
from arf.kit.server.server import Server
from arf.kit.server.service import Service
from arf.kit.server.settings import ServerSettings
from arf.kit.server.spec import ServiceSpec

logger = structlog.get_logger(__name__)

Build = Callable[[ServerSettings, Metrics], Service | Awaitable[Service]]
"""The `build` of a service's `app.py`: wires the service, on the event loop, for the role in its settings."""

SIGNALS = (signal.SIGTERM, signal.SIGINT)


def main(spec: ServiceSpec, build: Build, argv: Sequence[str] | None = None) -> int:
    """Runs a service until SIGTERM or SIGINT. Exit status 0 if all work was finished within the grace, else 1."""
    name = spec.name
    parser = argparse.ArgumentParser(prog=f"python -m arf.{name}")
    parser.add_argument("--role", choices=("api", "worker", "all"), help="answer calls, work on the bus, or both")
    given = {"role": role} if (role := parser.parse_args(argv).role) else {}
    logs.configure(name)
    try:
        settings = ServerSettings.of(name, spec.port, **given)
        logs.configure(name, settings.log_level)
        traces = tracing.configure(name, settings.traces, settings.trace_ratio)
    except ArfError as error:
        logger.error("cannot start", reason=error.message)
        return 1
    try:
        return asyncio.run(serve(name, build, settings))
    finally:
        traces.shutdown()


async def serve(name: str, build: Build, settings: ServerSettings) -> int:
    """Runs a service with given settings on the running event loop; returns the exit status."""
    metrics = Metrics(name)
    stop = _stop_on_signals()
    try:
        made = build(settings, metrics)
        service = await made if inspect.isawaitable(made) else made
        server = Server(service, settings, metrics)
        await server.start()
    except ArfError as error:
        logger.error("cannot start", reason=error.message)
        return 1
    ended = asyncio.ensure_future(server.ended())
    stopping = asyncio.ensure_future(stop.wait())
    await asyncio.wait([ended, stopping], return_when=asyncio.FIRST_COMPLETED)
    failed = ended.done() and not stop.is_set()
    if failed:
        logger.error("a worker ended by itself: stopping")
    ended.cancel()
    stopping.cancel()
    finished = await server.drain()
    return 0 if finished and not failed else 1


def _stop_on_signals() -> asyncio.Event:
    """An event that the first signal sets; the second signal ends the process at once."""
    loop, stop = asyncio.get_running_loop(), asyncio.Event()

    def received(number: signal.Signals) -> None:
        if stop.is_set():
            sys.stderr.flush()
            os._exit(1)
        logger.info("signal received", signal=number.name)
        stop.set()

    for number in SIGNALS:
        loop.add_signal_handler(number, received, number)
    return stop
