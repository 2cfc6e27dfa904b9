"""`arf adapters`: which adapter serves which share of the calls, whether it does, and one merged into its base."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Annotated

import typer

from arf.cli.common import DEFAULT_DATA, DataOption, ReasonOption, actor, check_id, console, errors
from arf.inference.models import DEFAULT_MODEL
from arf.kit.errors import ArfError, InvalidRecord, NotFound, Unavailable

app = typer.Typer(help="Route calls to adapters, see that they are served, or merge one.", no_args_is_help=True)

BASE = "base"
"""Stands for the bare base model among adapters."""

EngineOption = Annotated[str, typer.Option("--engine", help="Address of the engine, ending in /v1.")]
KeyOption = Annotated[str, typer.Option("--key", envvar="ARF_ENGINE_KEY", help="The engine's key.")]
AdminKeyOption = Annotated[str, typer.Option(envvar="ARF_ENGINE_ADMIN_KEY", help="The engine's key for adapters.")]
_HERE = "http://127.0.0.1:8000/v1"
_EVERY_S = 5.0


@app.command("route")
def route(
    shares: Annotated[
        list[str],
        typer.Argument(metavar="FOLDER=PERCENT...", help="An adapter's folder, or base, and its share of the calls."),
    ],
    data: DataOption = DEFAULT_DATA,
    tenant: Annotated[str, typer.Option(help="Whose calls.")] = "default",
    task: Annotated[str, typer.Option(help="Of which task.")] = "customer_service",
    rollback: Annotated[bool, typer.Option("--rollback", help="Move calls in progress too.")] = False,
    reason: ReasonOption = "not given",
) -> None:
    """Write the routing table of a tenant's task: the canary first, then the incumbent."""
    from arf.site.adapter_routes import publish, route_of
    from arf.site.site import entered
    from arf.v1.routing_table_pb2 import Route

    check_id("--tenant", tenant)
    check_id("--task", task)
    routes = []
    for share in shares:
        folder, _, percent = share.rpartition("=")
        try:
            share_bp = round(float(percent) * 100)
        except (ValueError, OverflowError):
            raise InvalidRecord("SHARE", f"{share!r} is not FOLDER=PERCENT") from None
        if not folder or not 0 < share_bp <= 10_000:
            raise InvalidRecord("SHARE", f"{share!r} is not FOLDER=PERCENT, with more than 0 and up to 100 percent")
        routes.append(Route(share_bp=share_bp) if folder == BASE else route_of(Path(folder), share_bp))
    with entered(data) as backbone:
        table = publish(backbone, tenant, task, routes, rollback=rollback, actor=actor(), reason=reason)
    for each in table.routes:
        _say(f"{each.share_bp / 100:g} %  {each.adapter or BASE}")
    _say(f"routing table {table.generation} of {tenant}/{task}")


@app.command("announce")
def announce(
    engine: EngineOption = _HERE,
    data: DataOption = DEFAULT_DATA,
    key: KeyOption = "",
    admin_key: AdminKeyOption = "",
    once: Annotated[bool, typer.Option("--once", help="End when the engine serves all tables.")] = False,
) -> None:
    """Make an engine serve the routing tables, now and whenever they change or it restarts, until stopped."""
    from arf.site.adapter_routes import announce as announced
    from arf.site.adapter_routes import tables
    from arf.site.engine_admin import EngineAdmin
    from arf.site.site import entered

    serving = EngineAdmin(engine, key, admin_key)
    away = ""
    with entered(data) as backbone:
        while True:
            try:
                for line in announced(tables(backbone.bus), serving):
                    _say(line)
                away = ""
            except Unavailable as error:
                if once:
                    raise
                if error.message != away:
                    errors.print(error.message, markup=False, highlight=False, soft_wrap=True)
                away = error.message
            if once:
                return
            time.sleep(_EVERY_S)


@app.command("check")
def check(
    adapters: Annotated[list[Path], typer.Argument(metavar="FOLDER...", help="The folders of the routed adapters.")],
    engine: EngineOption = _HERE,
    key: KeyOption = "",
    model: Annotated[str, typer.Option(help="The base model's name, folder or hub id.")] = DEFAULT_MODEL,
) -> None:
    """Prove that each adapter is the one that answers to its name, by the log-probabilities of a fixed text."""
    from arf.inference.adapter_probe import MARGIN, TEXT, fingerprints, match
    from arf.inference.models import ensure, name_of
    from arf.site.adapter_routes import route_of
    from arf.site.engine_admin import EngineAdmin

    served = EngineAdmin(engine, key, "")
    names = [name_of(model), *(route_of(folder, 0).adapter.rpartition("/")[2] for folder in adapters)]
    known = dict(zip(names, fingerprints(ensure(model, _say), adapters), strict=True))
    wrong = 0
    for name in names:
        found = match(served.token_logprobs(name, TEXT), known)
        good = found.nearest == name and found.margin >= MARGIN
        wrong += not good
        _say(f"{name}: {'answers itself' if good else f'{found.nearest} answers'}, {found.margin:.1f} times nearer")
    if wrong:
        raise ArfError(f"{wrong} of {len(names)} do not answer to their names")


@app.command("merge")
def merge(
    adapter: Annotated[Path, typer.Argument(metavar="ADAPTER", help="The adapter's folder.")],
    out: Annotated[Path, typer.Option("--out", "-o", help="The folder to make, for a model like any other.")],
    base: Annotated[
        str | None, typer.Option("--base", help="The base model, if it is no longer where it was at the training.")
    ] = None,
) -> None:
    """Make one model of an adapter and its base, for servers that take no adapters."""
    from arf.inference.lora_switch import merge as merge_adapter
    from arf.inference.models import ensure

    folder = ensure(base or _base(adapter), _say)
    merge_adapter(adapter, folder, out)
    _say(f"{out}: {adapter} merged into {folder}")


def _base(adapter: Path) -> str:
    """The base model that the adapter names. Raises NotFound if it names none."""
    config = adapter / "adapter_config.json"
    named = json.loads(config.read_text(encoding="utf-8")).get("base_model_name_or_path") if config.is_file() else None
    if not named:
        raise NotFound(f"adapter {adapter}: no adapter_config.json that names a base model")
    return str(named)


def _say(line: str) -> None:
    console.print(line, markup=False, highlight=False, soft_wrap=True)
