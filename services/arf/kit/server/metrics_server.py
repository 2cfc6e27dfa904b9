"""Serves the metrics over HTTP on the server's event loop: few connections, and idle ones are closed."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from aiohttp import web
from prometheus_client import CollectorRegistry
from prometheus_client.aiohttp import make_aiohttp_handler

from arf.kit.errors import InvalidRecord

_MOST = 64


class _Refused(asyncio.Protocol):
    """A connection too many."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Closes it."""
        transport.close()


async def serve_metrics(
    registry: CollectorRegistry, host: str, port: int, idle_s: float
) -> tuple[int, Callable[[], Awaitable[None]]]:
    """Starts to serve them; returns the port, and what stops it. Raises InvalidRecord if the port is taken.

    Connections that are idle for `idle_s` seconds are closed.
    """
    app = web.Application()
    app.router.add_get("/{path:.*}", make_aiohttp_handler(registry))
    runner = web.AppRunner(app, access_log=None, keepalive_timeout=idle_s)
    await runner.setup()
    answering = runner.server
    assert answering is not None
    try:
        listening = await asyncio.get_running_loop().create_server(
            lambda: answering() if len(answering.connections) < _MOST else _Refused(),
            host.strip("[]"),
            port,
        )
    except OSError as error:
        await runner.cleanup()
        raise InvalidRecord("metrics_port", f"{host}:{port} cannot be listened on: {error.strerror}") from None

    async def stop() -> None:
        listening.close()
        await runner.cleanup()

    return int(listening.sockets[0].getsockname()[1]), stop
