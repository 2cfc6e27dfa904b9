"""A channel to another service: deadline, token, trace context and TLS on every call, reconnected when files change."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import grpc
from grpc import aio

from arf.kit import tracing
from arf.kit.server.tls import check_pair
from arf.kit.server.watched_files import WatchedFiles, watched_token

OPTIONS = (
    ("grpc.keepalive_time_ms", 30_000),
    ("grpc.keepalive_timeout_ms", 10_000),
    ("grpc.client_idle_timeout_ms", 120_000),  # before the server closes the connection, which gRPC would log
    # HTTP_PROXY is for the world outside: services are on this machine or in this cluster.
    ("grpc.enable_http_proxy", 0),
)


@dataclass(frozen=True, slots=True)
class Peer:
    """Another service: `HOST:PORT`, the CA that verifies it, and this client's certificate and token.

    Files are read again when they change. Without `ca` the connection is plaintext. `cert` and `key` belong together.
    `deadline_s` is for calls that set none.
    """

    target: str
    ca: Path | None = None
    cert: Path | None = None
    key: Path | None = None
    token: Path | None = None
    deadline_s: float = 60.0
    options: Sequence[tuple[str, Any]] = field(default=OPTIONS)


class PeerChannel(aio.Channel):
    """A grpc.aio channel for stubs, on one event loop. Running calls stay on the connection they began on.

    Raises InvalidRecord when made, if a file is missing or bad.
    """

    def __init__(self, peer: Peer, grace_s: float = 600.0) -> None:
        self._peer = peer
        self._grace_s = grace_s
        files = [file for file in (peer.ca, peer.cert, peer.key) if file is not None]
        self._tls = WatchedFiles(files, _credentials) if files else None
        self._token = watched_token(peer.token) if peer.token is not None else None
        self._used = self._tls.current() if self._tls is not None else None
        self._channel = self._open()
        self._retired: set[asyncio.Task[None]] = set()

    def current(self) -> aio.Channel:
        """The channel for new calls."""
        if self._tls is not None and (credentials := self._tls.current()) is not self._used:
            task = asyncio.create_task(self._channel.close(self._grace_s))
            self._retired.add(task)
            task.add_done_callback(self._retired.discard)
            self._used = credentials
            self._channel = self._open()
        return self._channel

    def unary_unary(self, method: str, *args: Any, **kwargs: Any) -> Any:
        """See grpc.aio.Channel."""
        return _Multicallable(self, lambda channel: channel.unary_unary(method, *args, **kwargs))

    def unary_stream(self, method: str, *args: Any, **kwargs: Any) -> Any:
        """See grpc.aio.Channel."""
        return _Multicallable(self, lambda channel: channel.unary_stream(method, *args, **kwargs))

    def stream_unary(self, method: str, *args: Any, **kwargs: Any) -> Any:
        """See grpc.aio.Channel."""
        return _Multicallable(self, lambda channel: channel.stream_unary(method, *args, **kwargs))

    def stream_stream(self, method: str, *args: Any, **kwargs: Any) -> Any:
        """See grpc.aio.Channel."""
        return _Multicallable(self, lambda channel: channel.stream_stream(method, *args, **kwargs))

    async def close(self, grace: float | None = None) -> None:
        """Closes the current channel and those it replaced."""
        for task in self._retired:
            task.cancel()
        await self._channel.close(grace)

    async def __aenter__(self) -> PeerChannel:
        return self

    async def __aexit__(self, *error: object) -> None:
        await self.close()

    def get_state(self, try_to_connect: bool = False) -> grpc.ChannelConnectivity:
        """State of the channel for new calls."""
        return self.current().get_state(try_to_connect)

    async def wait_for_state_change(self, last_observed_state: grpc.ChannelConnectivity) -> None:
        """Waits for the channel for new calls."""
        await self.current().wait_for_state_change(last_observed_state)

    async def channel_ready(self) -> None:
        """Returns when the channel for new calls is connected."""
        await self.current().channel_ready()

    def deadline_s(self, timeout: float | None) -> float:
        """Seconds for a call: its own deadline, or else the peer's default."""
        return self._peer.deadline_s if timeout is None else timeout

    def metadata(self, given: Any) -> tuple[tuple[str, str | bytes], ...]:
        """A call's metadata: the caller's own, the trace context, and the current token of the file."""
        headers: dict[str, str] = {}
        tracing.inject(headers)
        if self._token is not None:
            headers["authorization"] = f"Bearer {self._token.current()}"
        return (*tuple(given or ()), *headers.items())

    def _open(self) -> aio.Channel:
        if self._used is None:
            return aio.insecure_channel(self._peer.target, options=list(self._peer.options))
        return aio.secure_channel(self._peer.target, self._used, options=list(self._peer.options))


class _Multicallable:
    """One method of a stub; it picks the channel at each call."""

    def __init__(self, channel: PeerChannel, make: Callable[[aio.Channel], Any]) -> None:
        self._channel = channel
        self._make = make
        self._on: aio.Channel | None = None
        self._callable: Any = None

    def __call__(self, *request: Any, timeout: float | None = None, metadata: Any = None, **kwargs: Any) -> Any:
        current = self._channel.current()
        if current is not self._on:
            self._on, self._callable = current, self._make(current)
        return self._callable(
            *request, timeout=self._channel.deadline_s(timeout), metadata=self._channel.metadata(metadata), **kwargs
        )


def _credentials(contents: Sequence[bytes]) -> grpc.ChannelCredentials:
    ca, *pair = contents
    if not pair:
        return grpc.ssl_channel_credentials(ca)
    cert, key = pair
    check_pair(cert, key)
    return grpc.ssl_channel_credentials(ca, key, cert)
