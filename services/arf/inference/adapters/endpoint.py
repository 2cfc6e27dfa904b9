"""HTTP to a model's endpoint: follows no redirect, reads no more than a bound, takes no cookies, only strict JSON."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Mapping
from contextlib import aclosing, asynccontextmanager
from typing import Any, NoReturn
from urllib.parse import urlsplit, urlunsplit

import aiohttp

from arf.calls.prompt import Completion
from arf.inference import failures
from arf.inference.chat_completions import StreamedReply
from arf.inference.settings import ModelSettings, http_proxy
from arf.kit.errors import ArfError

_OK = 200
_ANSWER_BYTES = 4 << 20
_ANSWER_OBJECTS = 150_000
"""Room for a list of a long prompt's tokens. Objects are what takes time to parse, and the event loop waits for it."""
_STREAM_BYTES = 16 << 20
_LINE_BYTES = 1 << 18
_LINE_COST = 64
"""A line counts as so many bytes more: a million empty ones take seconds."""
_REFUSAL_BYTES = 1 << 16
_NAME_CHARS = 256
_END: Any = object()


class Refused(Exception):
    """The endpoint answered with another status than 200; `error` is what it says of it, untrusted."""

    def __init__(self, status: int, content: bytes, headers: Mapping[str, str]) -> None:
        super().__init__(status)
        self.status, self.headers = status, headers
        self.error: Mapping[str, object] = {}
        try:
            error = json.loads(content)["error"]
            self.error = error if isinstance(error, dict) else {"message": error}
        except (ValueError, RecursionError, LookupError, TypeError):
            return

    @property
    def parameter(self) -> object:
        """The parameter that the endpoint blames, or None."""
        return self.error.get("param")


class Endpoint:
    """The connections to one endpoint, for one event loop at a time. Its methods belong into `within`."""

    def __init__(self, url: str, settings: ModelSettings) -> None:
        self._url, self._proxy = urlsplit(url), http_proxy(url)
        self._key = settings.api_key.get_secret_value()
        self._session: aiohttp.ClientSession | None = None
        self._loop: asyncio.AbstractEventLoop | None = None

    async def open(
        self, path: str, body: Mapping[str, Any] | None = None, headers: Mapping[str, str] | None = None
    ) -> aiohttp.ClientResponse:
        """An answer that is still to be read and closed, by POST if there is a body. Raises Refused."""
        url = urlunsplit(self._url._replace(path=self._url.path.rstrip("/") + path))
        answer = await self._connected().request(
            "GET" if body is None else "POST",
            url,
            data=None if body is None else json.dumps(body).encode(),
            headers=headers,
            proxy=self._proxy,
            allow_redirects=False,
        )
        if answer.status == _OK:
            return answer
        async with answer:
            content = await answer.content.read(_REFUSAL_BYTES)
            raise Refused(answer.status, content.replace(self._key.encode(), b"..."), answer.headers)

    async def ask(
        self, path: str, body: Mapping[str, Any] | None = None, headers: Mapping[str, str] | None = None
    ) -> Any:
        """A whole answer's JSON. Raises Refused, or ValueError if it is too large or not JSON."""
        parts, size = [], 0
        async with await self.open(path, body, headers) as answer:
            async for part in answer.content.iter_any():
                size += len(part)
                if size > _ANSWER_BYTES:
                    raise ValueError("too large")
                parts.append(part)
        return _parsed(b"".join(parts))

    async def close(self) -> None:
        session, self._session = self._session, None
        if session is not None:
            await session.close()

    def _connected(self) -> aiohttp.ClientSession:
        loop = asyncio.get_running_loop()
        if self._session is None or self._loop is not loop:
            # Concurrency and time limits are enforced elsewhere.
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=0),
                headers={"Authorization": f"Bearer {self._key}", "Content-Type": "application/json"},
                timeout=aiohttp.ClientTimeout(total=None),
                cookie_jar=aiohttp.DummyCookieJar(),
                read_bufsize=_LINE_BYTES // 2,
            )
            self._loop = loop
        return self._session


async def streamed(
    answer: aiohttp.ClientResponse,
    reply: StreamedReply,
    name: str,
    timeout_s: float,
    chunk_of: Callable[[Any], Any] = lambda event: event,
) -> AsyncGenerator[str | Completion]:
    """The pieces of a streamed answer, then the whole; `chunk_of` makes a chat completion chunk of an event."""
    began = time.monotonic()
    async with answer, aclosing(_events(answer)) as coming:
        while True:
            async with within(name, timeout_s - (time.monotonic() - began), begun=True):
                event = await anext(coming, _END)
                chunk = None if event is _END else chunk_of(event)
            if event is _END:
                break
            if piece := reply.feed(chunk):
                yield piece
    rest, made = reply.finish(time.monotonic() - began)
    if rest:
        yield rest
    yield made


def model_name(value: Any) -> str:
    """A model's name as an endpoint says it. Raises ValueError if it is none that a record may hold."""
    if not isinstance(value, str) or not value.isprintable() or not 0 < len(value) <= _NAME_CHARS:
        raise ValueError("not a name")
    return value


async def _events(answer: aiohttp.ClientResponse) -> AsyncGenerator[Any]:
    """The JSON of a stream's events. Raises ValueError if one is too large, all are, or one is not JSON."""
    size = 0
    async for line in answer.content:  # It raises ValueError for a line over twice the buffer's size.
        size += len(line) + _LINE_COST
        if size > _STREAM_BYTES:
            raise ValueError("too large")
        data = line.removeprefix(b"data:").strip()
        if data == line.strip():
            continue
        if data == b"[DONE]":
            return
        yield _parsed(data)


@asynccontextmanager
async def within(name: str, timeout_s: float, *, begun: bool = False) -> AsyncIterator[None]:
    """Enforces `timeout_s` and maps exceptions to ModelFailed; `begun` is whether an answer has started.

    The original messages may quote the prompt and are never passed on.
    """
    try:
        async with asyncio.timeout(max(0.0, timeout_s)):
            yield
    except ArfError:
        raise
    except Refused as refusal:
        raise failures.of_status(name, refusal.status, refusal.headers, refusal.error) from refusal
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
        if isinstance(error, aiohttp.ClientError):
            raise failures.of_connection(name, error) from error
        raise failures.of_unreadable(name) from error
    except Exception as error:
        # An answer that had begun and breaks off is not asked for again by itself.
        broken = begun and not isinstance(error, TimeoutError)
        raise (failures.of_broken_stream(name) if broken else failures.of_connection(name, error)) from error


def _parsed(content: bytes) -> Any:
    if content.count(b"[") + content.count(b"{") > _ANSWER_OBJECTS:
        raise ValueError("too many objects")
    return json.loads(content, parse_constant=_no_number)


def _no_number(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is not JSON")
