"""Whether calls wait for long in gRPC before it hands them to us, which it does not tell: tried by calls of our own."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import AsyncIterator
from typing import Any

import grpc
from grpc import aio

from arf.kit.server.throttle import Throttle

_METHOD = "/arf.Backlog/Pass"
_TICK_S = 0.025
"""A call of ours that takes longer is late; a server that keeps up takes a few milliseconds."""
_FEW = 3
"""As many calls before ours are a queue; fewer may be one caller's, each after the other, on a slow machine."""
_LONGEST_S = 5.0


class Backlog:
    """Tells a throttle at each tick. One per server, made before it starts; for its event loop."""

    def __init__(self, server: aio.Server, throttle: Throttle) -> None:
        self._throttle = throttle
        self._address = f"unix-abstract:arf-{uuid.uuid4().hex}"
        server.add_insecure_port(self._address)
        server.add_generic_rpc_handlers([_Passes()])

    async def watch(self) -> None:
        """Tries until cancelled; rests while no calls come."""
        async with aio.insecure_channel(self._address) as channel:
            begin: Any = channel.unary_unary(_METHOD)
            trial, before = None, 0
            while True:
                await asyncio.sleep(_TICK_S)
                seen = self._throttle.seen
                if trial is not None and not trial.done():
                    self._throttle.tick(late=seen - before >= _FEW)
                    continue
                self._throttle.tick(late=False)
                trial = begin(b"", timeout=_LONGEST_S) if seen != before else None
                before = seen


class _Passes(grpc.GenericRpcHandler):
    """Answers the calls by which the wait is measured, with nothing."""

    def service(self, details: grpc.HandlerCallDetails) -> grpc.RpcMethodHandler[Any, Any] | None:
        """The handler of that method alone."""
        return grpc.stream_unary_rpc_method_handler(_passed) if details.method == _METHOD else None


async def _passed(requests: AsyncIterator[bytes], context: Any) -> bytes:
    return b""
