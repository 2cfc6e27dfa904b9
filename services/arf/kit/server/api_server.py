"""Builds the gRPC server of a service's APIs, with authentication, limits and reflection."""

from __future__ import annotations

import asyncio
import resource
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import grpc
from grpc import aio

from arf.kit import metrics as names
from arf.kit.errors import InvalidRecord
from arf.kit.metrics import Metrics
from arf.kit.server.backlog import Backlog
from arf.kit.server.deadlines import Deadlines
from arf.kit.server.fair_gate import FairGate
from arf.kit.server.interceptor import Interceptor, Lane, Limits
from arf.kit.server.methods import Method, methods
from arf.kit.server.principal import Authenticator, SinglePrincipal
from arf.kit.server.reflection import reflection_api
from arf.kit.server.rpc_metrics import RpcMetrics
from arf.kit.server.service import Api, Public
from arf.kit.server.settings import ServerSettings
from arf.kit.server.throttle import Throttle
from arf.kit.server.tls import server_credentials
from arf.kit.server.tokens import TokenAuthenticator

_PUBLIC_STREAMS = 8
"""Concurrent calls of public methods; all their callers share one queue."""

_WAITING = 1024
"""Calls that may wait for their turn, or for their caller to read the end; gRPC refuses any beyond."""


def api_server(
    apis: Sequence[Api], settings: ServerSettings, metrics: Metrics, draining: asyncio.Event
) -> tuple[aio.Server, list[str], Backlog]:
    """A server that does not listen yet, the full names of its services, and its backlog, to be watched."""
    found = [method for api in apis for method in methods(api)]
    services = list(dict.fromkeys(method.service for method in found))
    if settings.reflection:
        found += methods(reflection_api(services))
    measured, throttle = RpcMetrics(metrics), Throttle(settings.tenant_weights)
    interceptor = Interceptor(
        _authenticator(settings),
        _Lanes(settings, metrics).of,
        throttle,
        Limits(settings.max_message_bytes, settings.max_message_items, settings.max_transcript_chars, settings.idle_s),
        measured,
        draining,
    )
    most = settings.max_in_flight + settings.max_streams + _WAITING
    server = aio.server(options=_options(settings), maximum_concurrent_rpcs=most)
    server.add_generic_rpc_handlers([_Handlers(interceptor, found, measured)])
    return server, services, Backlog(server, throttle)


def listen(server: aio.Server, settings: ServerSettings) -> int:
    """Opens the API's port, with TLS if a certificate is set; returns its number. Raises InvalidRecord."""
    if settings.tls_cert is None or settings.tls_key is None:
        return bind(server, settings.host, settings.port)
    credentials = server_credentials(settings.tls_cert, settings.tls_key, settings.tls_client_ca)
    return bind(server, settings.host, settings.port, credentials)


def bind(server: aio.Server, host: str, port: int, credentials: grpc.ServerCredentials | None = None) -> int:
    """Opens a port; returns its number. Raises InvalidRecord if it cannot be opened."""
    address = f"[{host}]:{port}" if ":" in host and not host.startswith("[") else f"{host}:{port}"
    try:
        if credentials is not None:
            return server.add_secure_port(address, credentials)
        return server.add_insecure_port(address)
    except RuntimeError:
        raise InvalidRecord("address", f"{address} cannot be listened on: does another process use it?") from None


class _Lanes:
    """Chooses the queue that a method's calls wait in."""

    def __init__(self, settings: ServerSettings, metrics: Metrics) -> None:
        unary = Deadlines(settings.deadline_s, settings.max_deadline_s)
        streams = Deadlines(settings.max_stream_s, settings.max_stream_s)
        queue, weights = settings.max_queued_per_tenant, settings.tenant_weights
        self._lanes = {
            "unary": Lane(FairGate(settings.max_in_flight, queue, weights=weights, brief=True), unary),
            "streams": Lane(FairGate(settings.max_streams, queue, settings.max_streams_per_tenant, weights), streams),
            "public": Lane(FairGate(_PUBLIC_STREAMS, queue), unary),
        }
        for name, lane in self._lanes.items():
            metrics.gauge(names.QUEUED).labels(name).set_function(lambda gate=lane.gate: gate.waiting)  # type: ignore[misc]

    def of(self, method: Method) -> Lane:
        """The lane for a method."""
        if isinstance(method.role, Public):
            return self._lanes["public"]
        return self._lanes["streams" if method.streaming else "unary"]


class _Handlers(grpc.GenericRpcHandler):
    """All methods in one generic handler, so that gRPC waits for one event rather than one per method."""

    def __init__(self, interceptor: Interceptor, found: Iterable[Method], metrics: RpcMetrics) -> None:
        self._metrics = metrics
        self._handlers: Mapping[str, grpc.RpcMethodHandler[Any, Any]] = {
            f"/{method.service}/{method.name}": interceptor.wrap(method) for method in found
        }

    def service(self, details: grpc.HandlerCallDetails) -> grpc.RpcMethodHandler[Any, Any] | None:
        """The method's handler; None, which gRPC answers with UNIMPLEMENTED, if it is unknown."""
        handler = self._handlers.get(details.method)
        if handler is None:
            self._metrics.unknown()
        return handler


def _authenticator(settings: ServerSettings) -> Authenticator:
    if settings.jwks_file is None:
        return SinglePrincipal(settings.tenant)
    return TokenAuthenticator(settings.jwks_file, settings.token_issuer, settings.token_audience)


def _options(settings: ServerSettings) -> list[tuple[str, int]]:
    """gRPC's own size limit is above ours, so that an oversized message in a stream gets our error."""
    return [
        *connection_limits(settings, settings.max_connections),
        ("grpc.so_reuseport", int(settings.reuse_port)),
        ("grpc.max_receive_message_length", 2 * settings.max_message_bytes),
        ("grpc.max_connection_age_ms", round(100_000 * settings.idle_s)),
        ("grpc.max_connection_age_grace_ms", round(1000 * settings.max_stream_s)),
        ("grpc.http2.min_recv_ping_interval_without_data_ms", 10_000),
        ("grpc.keepalive_permit_without_calls", 1),
    ]


def connection_limits(settings: ServerSettings, most: int) -> list[tuple[str, int]]:
    """Options for a port with at most so many connections: idle ones are closed, and none buffers ahead."""
    descriptors, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    idle_ms = round(1000 * settings.idle_s)
    return [
        ("grpc.max_allowed_incoming_connections", min(most, descriptors // 2)),
        ("grpc.server_handshake_timeout_ms", idle_ms),
        ("grpc.max_connection_idle_ms", 10 * idle_ms),  # clients of ours leave before
        ("grpc.keepalive_time_ms", idle_ms),
        ("grpc.keepalive_timeout_ms", idle_ms),
        ("grpc.http2.bdp_probe", 0),  # a window that grows would let a caller fill memory that nobody reads
    ]
