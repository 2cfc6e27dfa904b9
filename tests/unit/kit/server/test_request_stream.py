"""A bad message ends a stream's call, wherever its servicer reads."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest
from google.protobuf.message import Message

from arf.kit.errors import InvalidRequest
from arf.kit.server.request_stream import RequestStream
from arf.v1.transcript_pb2 import Turn


async def raw(*texts: bytes) -> AsyncIterator[bytes]:
    for text in texts:
        yield text


def check(data: bytes) -> Message:
    if data == b"bad":
        raise InvalidRequest([("text", "bad")])
    return Turn(text=data.decode())


def test_good_messages_come_in_order_and_the_bad_one_is_raised_again_and_again() -> None:
    async def scenario() -> None:
        stream = RequestStream(raw(b"one", b"two", b"bad", b"three"), check)
        assert [(await anext(stream)).text, (await anext(stream)).text] == ["one", "two"]  # type: ignore[attr-defined]
        for _ in range(2):
            with pytest.raises(InvalidRequest):
                await anext(stream)

    asyncio.run(scenario())


def test_the_calls_own_task_is_cancelled_when_another_one_reads_the_bad_message() -> None:
    async def call() -> RequestStream:
        stream = RequestStream(raw(b"bad"), check)
        reader = asyncio.create_task(anext(stream))
        with pytest.raises(asyncio.CancelledError):
            await asyncio.Event().wait()
        assert isinstance(reader.exception(), InvalidRequest)
        return stream

    assert isinstance(asyncio.run(call()).fault, InvalidRequest)
