"""Parses and checks the requests of a stream one by one as the servicer reads them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable

from google.protobuf.message import Message

from arf.kit.errors import ArfError


class RequestStream(AsyncIterator[Message]):
    """Raises what `check` raises for the first bad message, and keeps it as `fault`.

    A servicer may read in another task: then the call's task is cancelled, so that a bad message always ends the call,
    even if the error is lost where it was raised.
    """

    def __init__(self, raw: AsyncIterator[bytes], check: Callable[[bytes], Message]) -> None:
        self._raw = raw
        self._check = check
        self._call = asyncio.current_task()
        self.fault: ArfError | None = None

    def __aiter__(self) -> RequestStream:
        return self

    async def __anext__(self) -> Message:
        if self.fault is not None:
            raise self.fault
        data = await anext(self._raw)
        try:
            return self._check(data)
        except ArfError as error:
            self.fault = error
            if self._call is not None and asyncio.current_task() is not self._call:
                self._call.cancel()
            raise
