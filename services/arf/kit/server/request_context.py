"""What a servicer's method may know of the call that it answers, beyond the request."""

from __future__ import annotations

import asyncio
from contextvars import ContextVar
from dataclasses import dataclass

from arf.kit.server.principal import Principal


@dataclass(frozen=True, slots=True)
class RequestContext:
    """The call that is being answered. `deadline` is by the event loop's clock.

    `draining` is set once the server is to stop: long streams end then.
    """

    method: str
    principal: Principal
    deadline: float
    draining: asyncio.Event

    @property
    def tenant(self) -> str:
        """The tenant of the token."""
        return self.principal.tenant


_current: ContextVar[RequestContext] = ContextVar("arf_request_context")


def request_context() -> RequestContext:
    """The call that this task answers. Raises LookupError outside of a servicer's method."""
    return _current.get()


def enter(context: RequestContext) -> None:
    """Makes it this task's call; gRPC runs every call in a task of its own."""
    _current.set(context)
