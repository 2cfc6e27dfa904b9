"""What a service gives to the server: its APIs, each with its table of roles, and its workers."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Protocol

from arf.kit.server.principal import Role
from arf.kit.server.request_shape import RequestSubject


class ServiceWorker(Protocol):
    """A worker with a thread of its own, such as `arf.kit.bus.loop.Worker`."""

    def run(self) -> None:
        """Works until `stop`. An exception or an early return ends the process with status 1."""
        ...

    def stop(self) -> None:
        """Makes `run` finish its current work and return. Thread-safe."""
        ...


ReadinessCheck = Callable[[], Any]
"""Raises if a dependency does not answer. Plain functions run in a thread, coroutine functions on the event loop."""

Close = Callable[[], Awaitable[None] | None]


class Public:
    """In a table of roles: the method requires no token."""

    def __repr__(self) -> str:
        return "PUBLIC"


PUBLIC: Final = Public()


@dataclass(frozen=True, slots=True)
class Api:
    """One gRPC service: the generated `add_…_to_server`, its servicer, and the role that each method requires.

    Unary methods are coroutine functions, methods that stream responses are async generator functions; they raise
    ArfErrors.
    """

    add: Callable[[Any, Any], None]
    servicer: object
    roles: Mapping[str, Role | Public]
    subject: RequestSubject | None
    """The message that its requests are about, whose length is limited and whose id is logged."""


@dataclass(frozen=True, slots=True)
class Service:
    """One service: its APIs, workers, readiness checks, and what to close at the end.

    `readiness` checks the service's own database and bus, by name; never an upstream, whose outage would restart
    everything. `closing` runs in reverse order, after all calls and workers.
    """

    name: str
    apis: Sequence[Api] = ()
    workers: Sequence[ServiceWorker] = ()
    readiness: Mapping[str, ReadinessCheck] = field(default_factory=dict)
    closing: Sequence[Close] = ()
