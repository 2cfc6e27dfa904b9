"""Serves a Model and its adapters over OpenAI's HTTP API, whole or as server-sent events. Requests are never logged."""

from __future__ import annotations

import asyncio
import hmac
import json
import time
import uuid
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from arf.calls.prompt import Completion
from arf.inference.chat_request import ChatRequest
from arf.inference.port import Model, ModelFailed
from arf.inference.port import Request as ModelRequest
from arf.kit.errors import ArfError, Code, InvalidRequest, NotFound, PermissionDenied, TooLarge, Unauthenticated
from arf.kit.loopback import is_loopback

MAX_BODY_BYTES = 8 << 20

_PATIENCE_S = 3600.0
"""Time limit of one answer; clients are expected to time out sooner, which cancels the work."""

_CLIENT_GONE = 499

_STATUS = {
    Code.INVALID_ARGUMENT: 400,
    Code.FAILED_PRECONDITION: 400,
    Code.UNAUTHENTICATED: 401,
    Code.PERMISSION_DENIED: 403,
    Code.NOT_FOUND: 404,
    Code.ABORTED: 409,
    Code.RESOURCE_EXHAUSTED: 429,
    Code.UNAVAILABLE: 503,
    Code.DEADLINE_EXCEEDED: 504,
    Code.DATA_LOSS: 500,
}

T = TypeVar("T")

WebHandler = Callable[[Request], Awaitable[Response]]


def application(model: Model, *, api_key: str = "", adapters: Mapping[str, Path] | None = None) -> Starlette:
    """The web application for a model. With an `api_key`, everything except /health requires it.

    Without one, only requests to and from pages of this machine are answered: another site's page, or one whose name
    was made to lead here (DNS rebinding), could use the model otherwise. `adapters` are folders by the name under which
    each is served, beside the base model under its own.
    """
    endpoint = _Endpoint(model, api_key, adapters or {})

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        yield
        await endpoint.close()

    routes = [
        Route("/health", endpoint.health),
        Route("/v1/models", endpoint.guarded(endpoint.models)),
        Route("/v1/chat/completions", endpoint.guarded(endpoint.complete), methods=["POST"]),
    ]
    return Starlette(routes=routes, lifespan=lifespan)


class _Endpoint:
    def __init__(self, model: Model, api_key: str, adapters: Mapping[str, Path]) -> None:
        self._model = model
        self._folders: dict[str, str | None] = {model.name: None} | {name: str(at) for name, at in adapters.items()}
        self._waiting = 0
        self._api_key = api_key.encode()
        self._started = int(time.time())

    async def close(self) -> None:
        await self._model.close()

    def guarded(self, handler: WebHandler) -> WebHandler:
        """Wraps a handler with authentication and OpenAI-style errors."""

        async def guard(request: Request) -> Response:
            try:
                self._authenticate(request)
                return await handler(request)
            except ArfError as error:
                return _refusal(error)

        return guard

    async def health(self, _: Request) -> Response:
        return JSONResponse({"status": "ok", "waiting": self._waiting})

    async def models(self, _: Request) -> Response:
        profile = await self._model.profile()
        model = {"object": "model", "created": self._started, "owned_by": "arf"}
        # The context window as vLLM reports it, the size as llama.cpp does.
        model |= {"max_model_len": profile.window, "meta": {"n_params": profile.parameters}}
        return JSONResponse({"object": "list", "data": [{"id": name, **model} for name in self._folders]})

    async def complete(self, request: Request) -> Response:
        asked = ChatRequest.parse(await _body(request))
        if asked.model not in self._folders:
            raise NotFound(f"model: {asked.model!r} is not served here, but {', '.join(self._folders)}")
        to_model = ModelRequest(asked.prompt, asked.decoding, self._folders[asked.model])
        prefill = asked.prompt.prefill
        answer = {"id": f"chatcmpl-{uuid.uuid4().hex}", "created": int(time.time()), "model": asked.model}
        if not asked.stream:
            completion = await self._unless_gone(request, self._model.complete(to_model, _PATIENCE_S))
            if completion is None:
                return Response(status_code=_CLIENT_GONE)
            return JSONResponse(_whole(answer, completion.text.removeprefix(prefill), completion))
        pieces = self._model.stream(to_model, _PATIENCE_S)
        # The first piece is awaited here, so that a refusal still has its HTTP status.
        first = await self._unless_gone(request, anext(pieces))
        if first is None:
            return Response(status_code=_CLIENT_GONE)
        with_usage = asked.stream_options is not None and asked.stream_options.include_usage
        events = self._events(answer | {"object": "chat.completion.chunk"}, first, pieces, prefill, with_usage)
        return StreamingResponse(events, media_type="text/event-stream")

    async def _unless_gone(self, request: Request, work: Awaitable[T]) -> T | None:
        """What the work gives, or None if the client has disconnected, which cancels it."""
        reply = asyncio.ensure_future(work)
        gone = asyncio.ensure_future(request.receive())
        self._waiting += 1
        try:
            await asyncio.wait([reply, gone], return_when=asyncio.FIRST_COMPLETED)
            return await reply if reply.done() else None
        finally:
            self._waiting -= 1
            reply.cancel()
            gone.cancel()

    async def _events(
        self,
        chunk: dict[str, Any],
        piece: str | Completion,
        rest: AsyncGenerator[str | Completion],
        prefill: str,
        with_usage: bool,
    ) -> AsyncIterator[str]:
        """Server-sent events: role, content, finish reason, and usage if requested; a failure ends them as an error."""
        self._waiting += 1
        delta: dict[str, str] = {"role": "assistant"}
        try:
            while not isinstance(piece, Completion):
                # The pieces begin with the prefill, which the client has.
                skipped = min(len(piece), len(prefill))
                piece, prefill = piece[skipped:], prefill[skipped:]
                if piece:
                    yield _choice(chunk, delta | {"content": piece}, None)
                    delta = {}
                piece = await anext(rest)
            yield _choice(chunk, delta, piece.finish_reason)
            if with_usage:
                yield _event(chunk | {"choices": [], "usage": _usage(piece)})
            yield "data: [DONE]\n\n"
        except ArfError as error:
            yield _event(_fault(error))
        finally:
            self._waiting -= 1
            await rest.aclose()

    def _authenticate(self, request: Request) -> None:
        scheme, _, given = request.headers.get("authorization", "").partition(" ")
        right = scheme.lower() == "bearer" and hmac.compare_digest(given.strip().encode(), self._api_key)
        if self._api_key and not right:
            raise Unauthenticated("authorization: the API key is missing or wrong")
        if not self._api_key:
            for name, url in (
                ("host", f"//{request.headers.get('host', '')}"),
                ("origin", request.headers.get("origin")),
            ):
                if url is not None and not is_loopback(_host(url)):
                    raise PermissionDenied(f"{name}: not of this machine, as it must be where no API key is set")


def _host(url: str) -> str:
    """The host that a URL names; empty if it names none."""
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""


async def _body(request: Request) -> bytes:
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_BODY_BYTES:
            raise TooLarge(f"body: more than {MAX_BODY_BYTES:,} bytes")
    return bytes(body)


def _whole(answer: dict[str, Any], text: str, completion: Completion) -> dict[str, Any]:
    message = {"role": "assistant", "content": text}
    choice = {"index": 0, "message": message, "finish_reason": completion.finish_reason, "logprobs": None}
    return answer | {"object": "chat.completion", "choices": [choice], "usage": _usage(completion)}


def _choice(chunk: dict[str, Any], delta: dict[str, str], reason: str | None) -> str:
    return _event(chunk | {"choices": [{"index": 0, "delta": delta, "finish_reason": reason}]})


def _event(chunk: dict[str, Any]) -> str:
    return f"data: {json.dumps(chunk, ensure_ascii=False)}\n\n"


def _usage(completion: Completion) -> dict[str, int]:
    prompt, generated = completion.prompt_tokens, completion.completion_tokens
    return {"prompt_tokens": prompt, "completion_tokens": generated, "total_tokens": prompt + generated}


def _refusal(error: ArfError) -> Response:
    headers = {} if error.retry_after_s is None else {"retry-after": f"{error.retry_after_s:.0f}"}
    return JSONResponse(_fault(error), _status(error), headers)


def _fault(error: ArfError) -> dict[str, Any]:
    """An error as OpenAI's API has it."""
    param = error.violations[0][0] if isinstance(error, InvalidRequest) else None
    kind = "invalid_request_error" if _status(error) < 500 else "server_error"
    return {"error": {"message": error.message, "type": kind, "param": param, "code": error.code.value}}


def _status(error: ArfError) -> int:
    if isinstance(error, TooLarge):
        return 413
    if isinstance(error, ModelFailed) and not error.passing and not error.sick:
        return 400
    return _STATUS[error.code]
