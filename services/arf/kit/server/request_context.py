"""What a servicer may know of the current call beyond its request."""

from __future__ import annotations

import asyncio
from contextvars import ContextVar
from dataclasses import dataclass

from arf.kit.server.principal import Principal


@dataclass(frozen=True, slots=True)
class RequestContext:
    """The current call. `deadline` is by the event loop's clock.

    `draining` is set when the server is stopping: long streams should end then.
    """

    method: str
    principal: Principal
    deadline: float
    draining: asyncio.Event

    @property
    def tenant(self) -> str:
        """The token's tenant."""
        return self.principal.tenant


_current: ContextVar[RequestContext] = ContextVar("arf_request_context")


def request_context() -> RequestContext:
    """The call that this task is answering. Raises LookupError outside a servicer's method."""
    return _current.get()


def enter(context: RequestContext) -> None:
    """Sets the call of this task; gRPC runs every call in a task of its own."""
    _current.set(context)
