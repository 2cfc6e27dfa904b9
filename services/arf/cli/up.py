"""`arf up`: runs the services on one machine."""

from __future__ import annotations

import asyncio
import signal
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from arf.cli.common import DEFAULT_DATA, DataOption, check_id, console
from arf.inference.models import DEFAULT_MODEL

if TYPE_CHECKING:
    from arf.site.processes import Process
    from arf.site.supervisor import Supervisor


def up(
    data: DataOption = DEFAULT_DATA,
    kafka: Annotated[
        str | None, typer.Option(help="Kafka brokers, HOST:PORT[,HOST:PORT]; without it the bus is a file.")
    ] = None,
    model: Annotated[
        str,
        typer.Option(
            help="Model of teacher and editor: a name, folder or hub id to serve, or URL#MODEL of an endpoint with "
            "the key ARF_API_KEY."
        ),
    ] = DEFAULT_MODEL,
    tenant: Annotated[
        str | None,
        typer.Option(help="The tenant that the APIs serve, since they require no tokens; `default` if not given."),
    ] = None,
    free_ports: Annotated[
        bool, typer.Option("--free-ports", help="Listen on any free ports instead of the standard ones.")
    ] = False,
) -> None:
    """Start the services and the model's server, keep them running, and drain them on Ctrl-C or SIGTERM."""
    from arf.kit.environment import variables
    from arf.site import site
    from arf.site.processes import PortAllocator, plan
    from arf.site.supervisor import Supervisor, folder_lock

    check_id("--tenant", tenant)
    folder = data.resolve()
    given = variables()
    shared, ports = site.prepare(folder, kafka, tenant), PortAllocator(given, free_ports)
    check_id(site.TENANT, shared.get(site.TENANT))
    lock = folder_lock(folder)
    try:
        processes, addresses = plan(model, shared, ports, given)
        ports.check()
        # Printed first: it takes a minute to give up on a broker that is down.
        _say(f"bus {shared[site.BUS]}")
        site.settle(folder, shared | addresses)
        _show(processes, folder)
        ports.release()
        asyncio.run(_run(Supervisor(processes, folder, lock, _say)))
    finally:
        ports.release()
        lock.close()
    _say("stopped")


async def _run(supervisor: Supervisor) -> None:
    stop = asyncio.Event()

    def received() -> None:
        if stop.is_set():
            supervisor.kill()
        else:
            _say("draining; press Ctrl-C again to end everything at once")
        stop.set()

    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, received)
    telling = asyncio.create_task(_tell(supervisor))
    try:
        await supervisor.run(stop)
    finally:
        telling.cancel()


async def _tell(supervisor: Supervisor) -> None:
    await supervisor.ready()
    _say("all are ready: arf submit CORPUS, then arf status --watch")


def _show(processes: list[Process], folder: Path) -> None:
    _say(f"data and logs {folder}")
    for process in processes:
        _say(f"{process.name}: " + ", ".join(f"{what} {where}" for what, where in process.listens.items()))


def _say(line: str) -> None:
    console.print(line, markup=False, highlight=False, soft_wrap=True)
