"""What a service hands to the server: its APIs, each with one table of who may call what, and its workers."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Protocol

from arf.kit.server.principal import Role
from arf.kit.server.request_shape import RequestSubject


class ServiceWorker(Protocol):
    """Something that works in a thread of its own, such as `arf.kit.bus.loop.Worker`."""

    def run(self) -> None:
        """Works until `stop`. What it raises, and an early return, end the process with status 1."""
        ...

    def stop(self) -> None:
        """Asks `run` to finish what it is at, and return. From any thread."""
        ...


ReadinessCheck = Callable[[], Any]
"""Raises while a dependency does not answer. Plain functions run in a thread; coroutine functions on the loop."""

Close = Callable[[], Awaitable[None] | None]


class Public:
    """In a table of roles: no token is asked for."""

    def __repr__(self) -> str:
        return "PUBLIC"


PUBLIC: Final = Public()


@dataclass(frozen=True, slots=True)
class Api:
    """One gRPC service: the generated `add_…_to_server`, its servicer, and the role that each method asks for.

    Unary methods are coroutine functions, methods that answer by a stream are async generator functions; they raise
    ArfErrors.
    """

    add: Callable[[Any, Any], None]
    servicer: object
    roles: Mapping[str, Role | Public]
    subject: RequestSubject | None
    """What its requests are about, if they are about something that is bounded and logged."""


@dataclass(frozen=True, slots=True)
class Service:
    """One service: what it answers, what it works at, what it cannot do without, and what it closes at the end.

    `readiness` are the checks of its own database and bus by name; never of an upstream, or its outage would restart
    everything. `closing` runs last to first, after the last call and the last worker.
    """

    name: str
    apis: Sequence[Api] = ()
    workers: Sequence[ServiceWorker] = ()
    readiness: Mapping[str, ReadinessCheck] = field(default_factory=dict)
    closing: Sequence[Close] = ()
