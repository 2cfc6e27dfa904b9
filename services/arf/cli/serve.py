"""`arf serve`: serves a model by an OpenAI-compatible endpoint."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Sequence
from enum import Enum
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from arf.cli.common import check_id, console
from arf.cli.settings import ServeKey
from arf.inference.models import DEFAULT_MODEL, name_of
from arf.inference.settings import ModelSettings
from arf.kit.errors import InvalidRecord

_GRACE_S = 30
_MAX_CONNECTIONS = 1024


class Engine(Enum):
    """What runs the model."""

    TRANSFORMERS = "transformers"
    VLLM = "vllm"


def serve(
    model: Annotated[str, typer.Option(help="A model's name, folder or hub id.")] = DEFAULT_MODEL,
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port to listen on; 0 for any free port.")] = 8000,
    adapter: Annotated[
        list[str] | None,
        typer.Option("--adapter", metavar="NAME=DIR", help="A student's LoRA adapter and its name; may be repeated."),
    ] = None,
    host: Annotated[
        str, typer.Option(help="Address to listen on; any but a loopback address needs ARF_SERVE_API_KEY.")
    ] = "127.0.0.1",
    batch: Annotated[int, typer.Option(min=1, help="Most prompts in one batch of the model.")] = 64,
    engine: Annotated[
        Engine, typer.Option(help="vllm runs on Ray Serve in an environment of its own: see docs/inference.md.")
    ] = Engine.TRANSFORMERS,
    adapters: Annotated[int, typer.Option(min=0, help="vllm: how many LoRA adapters it holds at once.")] = 4,
) -> None:
    """Serve a model, and students beside it, by an OpenAI-compatible endpoint until stopped."""
    if "://" in model:
        raise InvalidRecord("--model", f"{model} is an endpoint already: a model's name or folder is needed")
    if engine is Engine.VLLM:
        if adapter:
            raise InvalidRecord("--adapter", "vllm takes adapters by `arf adapters route` and `announce`")
        _serve_with_vllm(model, host, port, adapters)
    import uvicorn

    from arf.inference.adapters.transformers import TransformersModel
    from arf.inference.chat_server import application
    from arf.kit.loopback import is_loopback

    settings = ModelSettings.of_role("SERVE")
    key = ServeKey().api_key.get_secret_value()
    if not key and not is_loopback(host):
        raise InvalidRecord(
            "ARF_SERVE_API_KEY (or ARF_API_KEY)",
            f"is needed to listen on {host}: without it only a loopback address is allowed",
        )
    students = _students(adapter or [], name_of(model))
    # Before the model is loaded, so that a port in use is reported at once.
    listening = _listen(host, port)
    opened = TransformersModel(model, settings, say=_say, batch=batch)
    asyncio.run(opened.load(students.values()))
    app = application(opened, api_key=key, adapters=students)
    config = uvicorn.Config(
        app,
        log_level="warning",
        access_log=False,
        limit_concurrency=_MAX_CONNECTIONS,
        timeout_graceful_shutdown=_GRACE_S,
    )
    _say(f"{', '.join([opened.name, *students])} at http://{host}:{listening.getsockname()[1]}/v1")
    uvicorn.Server(config).run([listening])


def _serve_with_vllm(model: str, host: str, port: int, adapters: int) -> NoReturn:
    """Replaces this process by the engine."""
    from arf.inference.models import ensure, name_of
    from arf.inference.ray_app.launch import launch, one_machine
    from arf.inference.ray_app.settings import EngineSettings
    from arf.kit.environment import from_environment

    settings = from_environment(EngineSettings)
    with _listen(host, port) as free:
        port = free.getsockname()[1]
    launch(one_machine(name_of(model), str(ensure(model, _say)), host, port, adapters), settings, say=_say)


def _students(given: Sequence[str], base: str) -> dict[str, Path]:
    """The folders by name. Raises InvalidRecord for one without a name, or with a name that is taken."""
    found: dict[str, Path] = {}
    for text in given:
        name, _, folder = text.partition("=")
        check_id("--adapter", name)
        if not folder:
            raise InvalidRecord("--adapter", f"{text}: give it as NAME=DIR, such as arf={text}")
        if name in found or name == base:
            raise InvalidRecord("--adapter", f"{name} is the name of another model here")
        found[name] = Path(folder)
    return found


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
    except OSError as error:
        listening.close()
        raise InvalidRecord("--port", f"{host}:{port} cannot be listened on: {error.strerror}") from None
    return listening


def _say(line: str) -> None:
    console.print(line, markup=False, highlight=False, soft_wrap=True)
