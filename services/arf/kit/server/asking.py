"""Calls another service from a program without an event loop, such as a command."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

import grpc
from grpc import aio

from arf.kit.errors import ArfError, Code, Unavailable
from arf.kit.server.channel import Peer, PeerChannel

T = TypeVar("T")


class PeerError(ArfError):
    """The service returned an error, with its code and its message, which is safe to show."""

    def __init__(self, code: Code, message: str) -> None:
        super().__init__(message)
        self.code = code


def ask(peer: Peer, question: Callable[[PeerChannel], Awaitable[T]]) -> T:
    """Runs `question` on a channel to the peer and returns its result.

    Raises Unavailable if the peer does not answer, PeerError if it returns an error, InvalidRecord for a bad file.
    """

    async def asked() -> T:
        async with PeerChannel(peer) as channel:
            return await question(channel)

    with answering(peer.target):
        return asyncio.run(asked())


@contextmanager
def answering(target: str) -> Iterator[None]:
    """Raises what gRPC's errors mean: Unavailable if the target does not answer, PeerError if it returns an error."""
    try:
        yield
    except aio.AioRpcError as error:
        raise _meaning(error, target) from None


def _meaning(error: aio.AioRpcError, target: str) -> ArfError:
    code, said = error.code(), error.details() or error.code().name
    if code in (grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.DEADLINE_EXCEEDED):
        return Unavailable(f"{target} does not answer: {said}")
    known = Code.__members__.get(code.name)
    return PeerError(known, said) if known is not None else ArfError(f"{target}: {code.name}: {said}")
