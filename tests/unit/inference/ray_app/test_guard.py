from __future__ import annotations

import asyncio
from collections.abc import MutableMapping
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from arf.inference.ray_app.guard import Asgi, guarded

pytestmark = pytest.mark.anyio


async def _engine(scope: Any, receive: Any, send: Any) -> None:
    await PlainTextResponse("engine")(scope, receive, send)


async def _told(_: Request) -> PlainTextResponse:
    return PlainTextResponse("admin")


ADMIN = Starlette(routes=[Route("/v1/adapters", _told)])


async def asked(app: Asgi, method: str, path: str, key: str | None = "secret") -> tuple[int, str]:
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://engine") as client:
        headers = {} if key is None else {"Authorization": f"Bearer {key}"}
        answer = await client.request(method, path, headers=headers)
    return answer.status_code, answer.text


@pytest.mark.parametrize(
    ("method", "path"),
    [("POST", "/v1/chat/completions"), ("POST", "/v1/completions"), ("GET", "/v1/models")],
)
async def test_three_routes_are_open_to_those_with_the_key(method: str, path: str) -> None:
    app = guarded(_engine, b"secret")
    assert await asked(app, method, path) == (200, "engine")
    for key in (None, "", "wrong", "secre", "secrett"):
        assert (await asked(app, method, path, key))[0] == 401


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/docs"), ("GET", "/metrics"), ("POST", "/tokenize"), ("POST", "/v1/load_lora_adapter"),
        ("POST", "/v1/unload_lora_adapter"), ("GET", "//v1/models"), ("GET", "/v1/models/"), ("POST", "/v1/models"),
        ("GET", "/v1/adapters"),
    ],
)  # fmt: skip
async def test_other_routes_are_closed_even_with_the_key(method: str, path: str) -> None:
    assert (await asked(guarded(_engine, b"secret"), method, path))[0] == 404


async def test_adapters_have_a_key_of_their_own() -> None:
    app = guarded(_engine, b"secret", ADMIN, b"boss")
    assert await asked(app, "GET", "/v1/adapters", "boss") == (200, "admin")
    assert (await asked(app, "GET", "/v1/adapters", "secret"))[0] == 401
    assert (await asked(app, "GET", "/v1/models", "boss"))[0] == 401


async def test_websockets_are_closed() -> None:
    sent: list[str] = []

    async def send(message: MutableMapping[str, Any]) -> None:
        sent.append(message["type"])

    async def receive() -> MutableMapping[str, Any]:
        raise AssertionError

    async def engine(scope: Any, receive: Any, send: Any) -> None:
        sent.append("asked")

    scope = {"type": "websocket", "path": "/v1/realtime", "headers": [(b"authorization", b"Bearer secret")]}
    await guarded(engine, b"secret")(scope, receive, send)
    assert sent == ["websocket.close"]
    await guarded(engine, b"secret")({"type": "lifespan"}, receive, send)
    assert sent[1:] == ["asked"], "start and end are the engine's own"


async def test_engine_hears_that_the_client_is_gone_before_its_task_is_cancelled() -> None:
    heard: list[str] = []

    async def engine(scope: Any, receive: Any, send: Any) -> None:
        try:
            while (message := await receive())["type"] != "http.disconnect":
                heard.append(message["type"])
            heard.append(message["type"])
        except asyncio.CancelledError:
            heard.append("cancelled")

    sent: list[MutableMapping[str, Any]] = [{"type": "http.request", "body": b"", "more_body": False}]

    async def receive() -> MutableMapping[str, Any]:
        if sent:
            return sent.pop()
        await asyncio.Event().wait()
        raise AssertionError

    async def send(_: MutableMapping[str, Any]) -> None:
        raise AssertionError

    headers = [(b"authorization", b"Bearer secret")]
    scope = {"type": "http", "method": "POST", "path": "/v1/completions", "headers": headers}
    task = asyncio.ensure_future(guarded(engine, b"secret")(scope, receive, send))
    while not heard:
        await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert heard == ["http.request", "http.disconnect"]
