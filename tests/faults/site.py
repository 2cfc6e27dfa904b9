"""What suffers the faults: a real broker, the simulated upstream, and workers that are started again at once."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from arf.kit.environment import variables
from arf.site import site
from arf.site.probes import is_ready
from arf.site.processes import HOST, PortAllocator, Process, plan
from arf.site.supervisor import Patience, Supervisor, folder_lock
from tests.faults.upstream import ROOT, UpstreamProcess
from tests.helpers.kafka_broker import KafkaBroker

AT_ONCE = Patience(first_pause_s=0.0, longest_pause_s=0.0)
TENANT = "demo"

_EVERY_S = 0.3

Say = Callable[[str], None]


@dataclass(frozen=True)
class Done:
    """How an `arf` command ended, and what it said."""

    status: int
    said: str


class Site:
    """Broker, upstream and workers in one folder; its settings are this process's environment. For one event loop."""

    def __init__(self, folder: Path, workers: Sequence[str], answer_s: float, *, apis: bool = False) -> None:
        """`workers` are called SERVICE-NUMBER; the first of each service answers its API, too, with `apis` all do."""
        self.data = folder / "site"
        self._upstream = UpstreamProcess(folder / "upstream.log", answer_s)
        self._broker = KafkaBroker(folder / "kafka")
        self._workers, self._apis = tuple(workers), apis
        self._processes: dict[str, Process] = {}
        self._stop = asyncio.Event()
        self._supervisor: Supervisor | None = None
        self._working: asyncio.Task[None] | None = None

    @property
    def servers(self) -> str:
        """Where the broker is."""
        return self._broker.servers

    async def start(self, troubles: Sequence[str], say: Say) -> None:
        """Starts everything, the upstream with its troubles; returns when all workers are ready."""
        await asyncio.to_thread(self._upstream.start, troubles)
        await asyncio.to_thread(self._broker.start)
        # The repair rules alone: no model is loaded, and a worker is soon back.
        os.environ["ARF_EDITOR_MODEL"] = "none"
        shared, ports = site.prepare(self.data, self._broker.servers, TENANT), PortAllocator(variables(), free=True)
        services, addresses = plan(f"{self._upstream.url}#simulated", shared, ports, variables())
        first = {process.name: process for process in services}
        for worker in self._workers:
            service, _, number = worker.rpartition("-")
            one = replace(first[service], name=worker)
            self._processes[worker] = one if number == "1" else _another(one, service, ports, api=self._apis)
        site.write(self.data, shared | addresses)
        with site.entered(self.data):
            pass  # Topics and tables are made, before everybody wants them at once.
        ports.release()
        self._supervisor = Supervisor(list(self._processes.values()), self.data, folder_lock(self.data), say, AT_ONCE)
        self._working = asyncio.create_task(self._supervisor.run(self._stop))
        ready = asyncio.create_task(self._supervisor.ready())
        await asyncio.wait([ready, self._working], return_when=asyncio.FIRST_COMPLETED)
        ready.cancel()
        if self._working.done():
            self._working.result()

    def address(self, worker: str) -> str:
        """HOST:PORT of a worker's API."""
        return self._processes[worker].listens["gRPC"]

    async def kill(self, worker: str, *, at_work: bool = True) -> None:
        """Kills a worker with -9; `at_work` waits until it is ready, so that not every start of it is cut off."""
        assert self._supervisor is not None
        while at_work and not await asyncio.to_thread(is_ready, self._processes[worker].probe):
            await asyncio.sleep(_EVERY_S)
        while (pid := self._supervisor.pid(worker)) is None:
            await asyncio.sleep(_EVERY_S)
        os.kill(pid, signal.SIGKILL)

    async def end_broker(self, *, hard: bool) -> None:
        """Ends the broker, by kill -9 if `hard`."""
        await asyncio.to_thread(self._broker.kill if hard else self._broker.stop)

    async def start_broker(self) -> None:
        """Starts it again; returns when it listens."""
        await asyncio.to_thread(self._broker.start)

    def kill_upstream(self) -> None:
        """Ends the upstream: connections to it break, new ones are refused."""
        self._upstream.kill()

    async def start_upstream(self, troubles: Sequence[str] = ()) -> None:
        """Starts it again, mended unless it has troubles; returns when it listens."""
        await asyncio.to_thread(self._upstream.start, troubles)

    async def arf(self, *command: str) -> Done:
        """Runs `arf` as a user does."""
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "arf.cli", *command, "--data", str(self.data)),
            cwd=ROOT,
            env={**os.environ, "COLUMNS": "200", "NO_COLOR": "1"},
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        said, _ = await process.communicate()
        assert process.returncode is not None
        return Done(process.returncode, said.decode(errors="replace"))

    async def stop(self) -> None:
        """Drains the workers, which end in order of what they need. Broker and upstream go on."""
        self._stop.set()
        if self._working is not None:
            await self._working

    async def end(self) -> None:
        """Ends everything."""
        try:
            await self.stop()
        finally:
            self._upstream.kill()
            await asyncio.to_thread(self._broker.stop)


def _another(process: Process, service: str, ports: PortAllocator, *, api: bool) -> Process:
    """One more process of a service, with an API of its own or a worker alone."""
    metrics, port = (ports.of(f"ARF_ONE_MORE_{what}", 0) for what in ("METRICS_PORT", "PORT"))
    prefix = f"ARF_{service.upper()}"
    own = {
        f"{prefix}_PORT": str(port if api else 0),
        f"{prefix}_HEALTH_PORT": "0",
        f"{prefix}_METRICS_PORT": str(metrics),
    }
    page = f"http://{HOST}:{metrics}/metrics"
    return replace(
        process,
        command=(*process.command[:-1], "all" if api else "worker"),
        environment={**process.environment, **own},
        listens={"metrics": page} | ({"gRPC": f"{HOST}:{port}"} if api else {}),
        probe=page,
    )
