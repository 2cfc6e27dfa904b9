"""The routes by which a controller gives the engine its routing tables: on any replica, for all of them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route as WebRoute

from arf.inference.ray_app.tables import Table, Tables, routed
from arf.kit.errors import Aborted, ArfError, InvalidRequest

OnAll = Callable[..., Awaitable[list[Any]]]
"""Calls a method of every replica by its name."""


def admin(tables: Tables, on_all: OnAll, slots: int) -> Starlette:
    """GET /v1/adapters says what is served; PUT /v1/adapters/TENANT/TASK takes a table and answers when all have it."""

    async def show(_: Request) -> Response:
        generations = {key: table.generation for key, table in tables.all().items()}
        return JSONResponse({"tables": generations, "replicas": await on_all("loaded_adapters")})

    async def take(request: Request) -> Response:
        key = f"{request.path_params['tenant']}/{request.path_params['task']}"
        try:
            table = Table.parse(await request.body())
            await _serve(key, table)
        except ArfError as error:
            status = 409 if isinstance(error, Aborted) else 422
            return JSONResponse({"error": {"message": error.message, "code": error.code.value}}, status)
        return JSONResponse({"generation": table.generation, "replicas": await on_all("loaded_adapters")})

    async def _serve(key: str, table: Table) -> None:
        tables.check(key, table)
        needed = routed({**tables.all(), key: table})
        if len(needed) > slots:
            raise InvalidRequest([("routes", f"{len(needed)} adapters are routed, and the engine has {slots} slots")])
        # Loaded everywhere before the table counts, so that no request waits for it.
        routes = [route.model_dump() for route in routed({key: table}).values()]
        failed = {name: why for each in await on_all("load_adapters", routes) for name, why in each.items()}
        if failed:
            raise InvalidRequest([("routes", why) for why in failed.values()])
        tables.put(key, table)
        await on_all("reconcile_adapters")

    routes = [
        WebRoute("/v1/adapters", show),
        WebRoute("/v1/adapters/{tenant}/{task}", take, methods=["PUT"]),
    ]
    return Starlette(routes=routes)
