"""A model behind an OpenAI-compatible endpoint: OpenAI, Azure's v1, vLLM, Ray Serve, SGLang, `arf serve`.

Streams use the openai SDK. Whole answers use plain aiohttp, which takes a fraction of the SDK's time: `make bench
SUITE=proxy` measures both, as `bare` and `direct`.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any, TypeVar
from urllib.parse import parse_qsl, urlsplit, urlunsplit

import aiohttp
import openai

from arf.calls.prompt import Completion
from arf.inference import failures
from arf.inference.chat_completions import BEYOND_OPENAI, OPTIONAL, SESSION, Form, StreamedReply, read
from arf.inference.complete_all import complete_all
from arf.inference.port import ModelFailed, Progress, Request
from arf.inference.profile import ModelProfile
from arf.inference.profiles import profile_of_card
from arf.inference.settings import ModelSettings, http_proxy

T = TypeVar("T")

_OK = 200
_NOT_TAKEN = (400, 422)
_PROFILE_S = 10.0
_END: Any = object()


class OpenAIModel:
    """A Model behind `POST /chat/completions`, for one event loop at a time."""

    def __init__(self, url: str, model: str = "", settings: ModelSettings | None = None) -> None:
        """`url` ends in /v1 and may have a query; without `model` the endpoint's first one is used.

        The endpoint is assumed to continue a prefilled reply and to accept all parameters until it refuses.
        """
        self._settings = settings or ModelSettings()
        self._model, self._url = model, urlsplit(url)
        self._key, self._proxy = self._settings.api_key.get_secret_value(), http_proxy(url)
        self._session: aiohttp.ClientSession | None = None
        self._client: openai.AsyncOpenAI | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._profile: ModelProfile | None = None
        self._form, self._proven = Form(refuses=self._settings.refuses), False

    @property
    def name(self) -> str:
        return self._model or urlunsplit(self._url)

    async def profile(self) -> ModelProfile:
        if self._profile is None:
            card: Mapping[str, Any] = {}
            if not self._model or self._settings.window is None:
                card = await self._card()
            self._model = self._model or str(card.get("id", ""))
            self._profile = profile_of_card(card, self._settings)
        return self._profile

    async def complete(self, request: Request, timeout_s: float) -> Completion:
        began = time.monotonic()
        async with _within(self.name, timeout_s):
            (status, content, headers), form = await self._asked(self._post, request)
        if status != _OK:
            raise failures.of_status(self.name, status, headers)
        try:
            answer = json.loads(content)
        except ValueError as error:
            raise failures.of_unreadable(self.name) from error
        return read(self.name, answer, request, form, time.monotonic() - began)

    async def stream(self, request: Request, timeout_s: float) -> AsyncGenerator[str | Completion]:
        began = time.monotonic()
        async with _within(self.name, timeout_s):
            opened, form = await self._asked(self._open, request)
        reply = StreamedReply(self.name, request, form)
        chunks = aiter(opened)
        try:
            while True:
                async with _within(self.name, timeout_s - (time.monotonic() - began), begun=True):
                    chunk = await anext(chunks, _END)
                if chunk is _END:
                    break
                # Some servers send null as a keep-alive.
                if piece := reply.feed(chunk and chunk.model_dump(warnings=False)):
                    yield piece
        finally:
            await opened.close()
        rest, made = reply.finish(time.monotonic() - began)
        if rest:
            yield rest
        yield made

    async def complete_all(
        self, requests: Sequence[Request], progress: Progress | None = None
    ) -> list[Completion | ModelFailed]:
        return await complete_all(self, requests, self._settings, progress)

    async def close(self) -> None:
        session, client = self._session, self._client
        self._session = self._client = None
        if client is not None:
            await client.close()
        if session is not None:
            await session.close()

    async def _asked(
        self, ask: Callable[[dict[str, Any], dict[str, str]], Awaitable[T]], request: Request
    ) -> tuple[T, Form]:
        """The answer, and the form of request that the endpoint accepted; a rejected form is replaced by the next one.

        The accepted form is remembered. Once one has worked, a rejection is the request's own fault.
        """
        if not self._model:
            await self.profile()
        form, prefilled = self._form, bool(request.prompt.prefill)
        headers = {SESSION: request.session} if request.session else {}
        while True:
            try:
                made = await ask(form.body(request, self._model), headers)
            except _NotTaken as refusal:
                if prefilled and form.continues:
                    form = Form(False, form.refuses)
                    continue
                # A rejection that names no parameter may mean any: leave out all optional ones.
                more = frozenset(name for name in OPTIONAL if name == refusal.parameter)
                if refusal.parameter is None and not self._proven:
                    more = OPTIONAL
                if more <= form.refuses:
                    raise failures.of_status(self.name, refusal.status, {}) from None
                form = Form(form.continues, form.refuses | more)
            else:
                self._form, self._proven = form, True
                return made, form

    async def _post(self, body: dict[str, Any], headers: dict[str, str]) -> tuple[int, bytes, Mapping[str, str]]:
        """Status, content and headers."""
        session = self._connected()
        async with session.post(
            self._address("/chat/completions"), data=json.dumps(body).encode(), headers=headers, proxy=self._proxy
        ) as answer:
            content = await answer.read()
            if answer.status in _NOT_TAKEN:
                raise _NotTaken(answer.status, content)
            return answer.status, content, answer.headers

    async def _open(self, body: dict[str, Any], headers: dict[str, str]) -> Any:
        self._connected()
        assert self._client is not None
        extra = {name: body.pop(name) for name in BEYOND_OPENAI if name in body}
        create: Any = self._client.chat.completions.create
        try:
            return await create(
                **body, stream=True, stream_options={"include_usage": True}, extra_body=extra, extra_headers=headers
            )
        except (openai.BadRequestError, openai.UnprocessableEntityError) as error:
            raise _NotTaken(error.status_code, error.response.content) from error

    async def _card(self) -> Mapping[str, Any]:
        """The endpoint's entry for the model in its list, or empty. Raises ModelFailed if it does not answer."""
        async with (
            _within(self.name, _PROFILE_S),
            self._connected().get(self._address("/models"), proxy=self._proxy) as answer,
        ):
            if answer.status != _OK and self._model and answer.status < 500 and answer.status != 429:
                return {}
            if answer.status != _OK:
                raise failures.of_status(self.name, answer.status, answer.headers)
            try:
                cards = (await answer.json(content_type=None))["data"]
                found = [card for card in cards if not self._model or card["id"] == self._model]
            except (ValueError, LookupError, TypeError) as error:
                if self._model:
                    # Many endpoints have no such list, and a model whose name is known can do without it.
                    return {}
                raise failures.of_unreadable(self.name) from error
        if not found and not self._model:
            raise ModelFailed(f"{self.name}: serves no model", passing=True, sick=True)
        return found[0] if found else {}

    def _connected(self) -> aiohttp.ClientSession:
        loop = asyncio.get_running_loop()
        if self._session is None or self._loop is not loop:
            headers = {"Authorization": f"Bearer {self._key}", "Content-Type": "application/json"}
            # Concurrency and time limits are enforced elsewhere.
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=0), headers=headers, timeout=aiohttp.ClientTimeout(total=None)
            )
            self._client = openai.AsyncOpenAI(
                base_url=urlunsplit(self._url._replace(query="")),
                default_query=dict(parse_qsl(self._url.query)),
                api_key=self._key,
                max_retries=0,
                timeout=None,
            )
            self._loop = loop
        return self._session

    def _address(self, path: str) -> str:
        return urlunsplit(self._url._replace(path=self._url.path.rstrip("/") + path))


class _NotTaken(Exception):
    """The endpoint rejects this form of request; `parameter` is the one it blames, if any."""

    def __init__(self, status: int, content: bytes) -> None:
        super().__init__(status)
        self.status = status
        self.parameter: str | None = None
        try:
            self.parameter = json.loads(content)["error"].get("param")
        except (ValueError, LookupError, TypeError, AttributeError):
            return


@asynccontextmanager
async def _within(name: str, timeout_s: float, *, begun: bool = False) -> AsyncIterator[None]:
    """Enforces `timeout_s` and maps libraries' exceptions to ModelFailed.

    The original messages may quote the prompt and are never passed on. `begun` is whether an answer has started.
    """
    try:
        async with asyncio.timeout(max(0.0, timeout_s)):
            yield
    except (ModelFailed, _NotTaken):
        raise
    except openai.APIStatusError as error:
        raise failures.of_status(name, error.status_code, error.response.headers) from error
    except Exception as error:
        # During a stream the SDK lets its HTTP library's connection errors through.
        broken = begun and not isinstance(error, TimeoutError)
        raise (failures.of_broken_stream(name) if broken else failures.of_connection(name, error)) from error
