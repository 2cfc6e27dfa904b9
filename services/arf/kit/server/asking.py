"""One question to another service, from where there is no event loop: a command line."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

import grpc
from grpc import aio

from arf.kit.errors import ArfError, Code, Unavailable
from arf.kit.server.channel import Peer, PeerChannel

T = TypeVar("T")


class PeerError(ArfError):
    """The service answered by an error: its code, and its own words, which are safe to show."""

    def __init__(self, code: Code, message: str) -> None:
        super().__init__(message)
        self.code = code


def ask(peer: Peer, question: Callable[[PeerChannel], Awaitable[T]]) -> T:
    """What `question` gets through a channel to the peer.

    Raises Unavailable if it does not answer, Answered with what it said if it refused, InvalidRecord for a bad file.
    """

    async def asked() -> T:
        async with PeerChannel(peer) as channel:
            return await question(channel)

    try:
        return asyncio.run(asked())
    except aio.AioRpcError as error:
        raise _meaning(error, peer.target) from None


def _meaning(error: aio.AioRpcError, target: str) -> ArfError:
    code, said = error.code(), error.details() or error.code().name
    if code in (grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.DEADLINE_EXCEEDED):
        return Unavailable(f"{target} does not answer: {said}")
    known = Code.__members__.get(code.name)
    return PeerError(known, said) if known is not None else ArfError(f"{target}: {code.name}: {said}")
