"""Serves a Model over OpenAI's HTTP API, answers streamed in one piece. Requests are never logged."""

from __future__ import annotations

import asyncio
import hmac
import json
import time
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from arf.calls.prompt import Completion
from arf.inference.chat_request import ChatRequest
from arf.inference.port import Model, ModelFailed
from arf.inference.port import Request as ModelRequest
from arf.kit.errors import ArfError, Code, InvalidRequest, NotFound, TooLarge, Unauthenticated

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

WebHandler = Callable[[Request], Awaitable[Response]]


def application(model: Model, *, api_key: str = "") -> Starlette:
    """The web application for a model. With an `api_key`, everything except /health requires it."""
    endpoint = _Endpoint(model, api_key)

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
    def __init__(self, model: Model, api_key: str) -> None:
        self._model = model
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
        model = {"id": self._model.name, "object": "model", "created": self._started, "owned_by": "arf"}
        # The context window as vLLM reports it, the size as llama.cpp does.
        model |= {"max_model_len": profile.window, "meta": {"n_params": profile.parameters}}
        return JSONResponse({"object": "list", "data": [model]})

    async def complete(self, request: Request) -> Response:
        asked = ChatRequest.parse(await _body(request))
        if asked.model != self._model.name:
            raise NotFound(f"model: {self._model.name} is served here and no other")
        prompt = asked.prompt
        completion = await self._completed(request, ModelRequest(prompt, asked.decoding))
        if completion is None:
            return Response(status_code=_CLIENT_GONE)
        text = completion.text.removeprefix(prompt.prefill)
        answer = {"id": f"chatcmpl-{uuid.uuid4().hex}", "created": int(time.time()), "model": self._model.name}
        if not asked.stream:
            return JSONResponse(_whole(answer, text, completion))
        with_usage = asked.stream_options is not None and asked.stream_options.include_usage
        return StreamingResponse(_events(answer, text, completion, with_usage), media_type="text/event-stream")

    async def _completed(self, request: Request, asked: ModelRequest) -> Completion | None:
        """The reply, or None if the client has disconnected, which cancels the work."""
        reply = asyncio.create_task(self._model.complete(asked, _PATIENCE_S))
        gone = asyncio.ensure_future(request.receive())
        self._waiting += 1
        try:
            await asyncio.wait([reply, gone], return_when=asyncio.FIRST_COMPLETED)
            return await reply if reply.done() else None
        finally:
            self._waiting -= 1
            reply.cancel()
            gone.cancel()

    def _authenticate(self, request: Request) -> None:
        scheme, _, given = request.headers.get("authorization", "").partition(" ")
        right = scheme.lower() == "bearer" and hmac.compare_digest(given.strip().encode(), self._api_key)
        if self._api_key and not right:
            raise Unauthenticated("authorization: the API key is missing or wrong")


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


def _events(answer: dict[str, Any], text: str, completion: Completion, with_usage: bool) -> Iterator[str]:
    """Server-sent events: role, content, finish reason, and usage if requested."""
    chunk = answer | {"object": "chat.completion.chunk"}
    deltas = [({"role": "assistant", "content": text}, None), ({}, completion.finish_reason)]
    for delta, reason in deltas:
        yield _event(chunk | {"choices": [{"index": 0, "delta": delta, "finish_reason": reason}]})
    if with_usage:
        yield _event(chunk | {"choices": [], "usage": _usage(completion)})
    yield "data: [DONE]\n\n"


def _event(chunk: dict[str, Any]) -> str:
    return f"data: {json.dumps(chunk, ensure_ascii=False)}\n\n"


def _usage(completion: Completion) -> dict[str, int]:
    prompt, generated = completion.prompt_tokens, completion.completion_tokens
    return {"prompt_tokens": prompt, "completion_tokens": generated, "total_tokens": prompt + generated}


def _refusal(error: ArfError) -> Response:
    status = 413 if isinstance(error, TooLarge) else _STATUS[error.code]
    if isinstance(error, ModelFailed) and not error.passing and not error.sick:
        status = 400
    param = error.violations[0][0] if isinstance(error, InvalidRequest) else None
    kind = "invalid_request_error" if status < 500 else "server_error"
    body = {"error": {"message": error.message, "type": kind, "param": param, "code": error.code.value}}
    headers = {} if error.retry_after_s is None else {"retry-after": f"{error.retry_after_s:.0f}"}
    return JSONResponse(body, status, headers)
