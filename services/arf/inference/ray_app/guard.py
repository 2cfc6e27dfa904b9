"""What stands before vLLM's web application: keys, the open routes, and the end of work for clients that left."""

from __future__ import annotations

import asyncio
import hmac
import json
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
Asgi = Callable[[Scope, Receive, Send], Awaitable[None]]

_OPEN = {("POST", "/v1/chat/completions"), ("POST", "/v1/completions"), ("GET", "/v1/models")}
_ADMIN = "/v1/adapters"
_REASONS = {401: "authorization: the key is missing or wrong", 404: "there is no such route"}
_STOPPING_S = 0.2


def guarded(engine: Asgi, key: bytes, admin: Asgi | None = None, admin_key: bytes = b"") -> Asgi:
    """Passes requests with the right key on: to `admin` those under /v1/adapters, to the engine three routes."""

    async def guard(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            return await engine(scope, receive, send)
        if scope["type"] != "http":
            return await send({"type": "websocket.close"})
        path = scope["path"].removeprefix(scope.get("root_path", ""))
        for_admin = admin is not None and path.startswith(_ADMIN)
        given = dict(scope["headers"]).get(b"authorization", b"").removeprefix(b"Bearer ")
        if not hmac.compare_digest(given, admin_key if for_admin else key):
            return await _refuse(send, 401)
        if for_admin and admin is not None:
            return await admin(scope, receive, send)
        if (scope["method"], path) not in _OPEN:
            return await _refuse(send, 404)
        return await _until_gone(engine, scope, receive, send)

    return guard


async def _refuse(send: Send, status: int) -> None:
    body = json.dumps({"error": {"message": _REASONS[status], "type": "invalid_request_error", "code": status}})
    headers = [(b"content-type", b"application/json")]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body.encode()})


async def _until_gone(app: Asgi, scope: Scope, receive: Receive, send: Send) -> None:
    """Serve cancels the task of a request whose client has left, and vLLM 0.29 may then generate a whole answer to its
    end: it stops at a disconnect message alone. So it gets the message first, and then the cancellation."""
    gone = asyncio.Event()

    async def heard() -> MutableMapping[str, Any]:
        message, left = asyncio.ensure_future(receive()), asyncio.ensure_future(gone.wait())
        try:
            await asyncio.wait((message, left), return_when=asyncio.FIRST_COMPLETED)
            if message.done() and not message.cancelled() and message.exception() is None:
                return message.result()
            return {"type": "http.disconnect"}
        finally:
            message.cancel()
            left.cancel()

    task = asyncio.ensure_future(app(scope, heard, send))
    try:
        await asyncio.shield(task)
    except asyncio.CancelledError:
        gone.set()
        await asyncio.wait((task,), timeout=_STOPPING_S)
        task.cancel()
        raise
