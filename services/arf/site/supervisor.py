"""Keeps the processes of one machine running: starts them, restarts those that die, and drains them at the end."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from arf.kit.environment import variables
from arf.kit.errors import ArfError
from arf.kit.private_files import private
from arf.kit.process_lock import ProcessLock, is_held
from arf.site.probes import is_ready
from arf.site.processes import Process, log_of

_LOCK = "up.lock"

Say = Callable[[str], None]
Probe = Callable[[str], bool]


@dataclass(frozen=True, slots=True)
class Patience:
    """Times in seconds, and how often a process may end before it was ever ready."""

    first_pause_s: float = 0.5
    longest_pause_s: float = 30.0
    steady_s: float = 60.0
    """After this long a process counts as stable, and the next restart pauses only for `first_s`."""
    probe_s: float = 0.5
    grace_s: float = 40.0
    """From SIGTERM to SIGKILL; longer than the services' own grace, so that they can end by themselves."""
    failed_starts: int = 5


def folder_lock(folder: Path) -> ProcessLock:
    """The lock that allows one set of processes per folder. Raises ArfError if processes of it are running."""
    return ProcessLock(folder / _LOCK, "services of it are running")


def is_running(folder: Path) -> bool | None:
    """Whether processes of the folder are running; None if none were ever started there."""
    return is_held(folder / _LOCK)


class Supervisor:
    """Runs processes until it is stopped. For one event loop."""

    def __init__(
        self,
        processes: Sequence[Process],
        folder: Path,
        lock: ProcessLock,
        say: Say,
        patience: Patience | None = None,
        probe: Probe = is_ready,
    ) -> None:
        self._processes = tuple(processes)
        self._folder = folder
        self._lock = lock
        self._say = say
        self._patience = patience or Patience()
        self._probe = probe
        self._running: dict[str, asyncio.subprocess.Process] = {}
        self._been_ready: set[str] = set()
        self._stopping = asyncio.Event()
        self._ready = asyncio.Event()

    async def run(self, stop: asyncio.Event) -> None:
        """Returns when `stop` is set and all have ended. Raises ArfError if a process never becomes ready."""
        keepers = [asyncio.create_task(self._keep(process)) for process in self._processes]
        stopped = asyncio.create_task(stop.wait())
        try:
            await asyncio.wait([stopped, *keepers], return_when=asyncio.FIRST_COMPLETED)
        finally:
            self._stopping.set()
            stopped.cancel()
            await self._drain()
            results = await asyncio.gather(*keepers, return_exceptions=True)
        for failure in results:
            if isinstance(failure, BaseException):
                raise failure

    async def ready(self) -> None:
        """Returns when each process has been ready once."""
        await self._ready.wait()

    def pid(self, name: str) -> int | None:
        """The id of the process with that name, None while it is not running."""
        running = self._running.get(name)
        return None if running is None else running.pid

    def kill(self) -> None:
        """Kills all processes."""
        for process in self._running.values():
            with contextlib.suppress(ProcessLookupError):
                process.kill()

    async def _keep(self, process: Process) -> None:
        failures, pause = 0, self._patience.first_pause_s
        while not self._stopping.is_set():
            begun = time.monotonic()
            status = await self._once(process)
            if self._stopping.is_set():
                return
            log = log_of(self._folder, process)
            failures += 1
            if process.name not in self._been_ready and failures >= self._patience.failed_starts:
                raise ArfError(f"{process.name} ended {failures} times before it was ready; {log} says why")
            if time.monotonic() - begun > self._patience.steady_s:
                pause = self._patience.first_pause_s
            self._say(f"{process.name} ended ({_status(status)}); again in {pause:.1f} s; its log is {log}")
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._stopping.wait(), pause)
            pause = min(self._patience.longest_pause_s, pause * 2)

    async def _once(self, process: Process) -> int:
        """Runs a process; returns its exit status."""
        path = log_of(self._folder, process)
        path.parent.mkdir(parents=True, exist_ok=True)
        with private(path).open("ab") as log:
            # A session of its own: Ctrl-C reaches only this process, which stops the others in order.
            running = await asyncio.create_subprocess_exec(
                *process.command,
                env={**variables(), **process.environment},
                stdin=asyncio.subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                pass_fds=(self._lock.descriptor,),
            )
        self._running[process.name] = running
        self._note()
        if self._stopping.is_set():
            running.terminate()
        watching = asyncio.create_task(self._watch(process))
        try:
            return await running.wait()
        finally:
            watching.cancel()
            del self._running[process.name]
            self._note()

    async def _watch(self, process: Process) -> None:
        """Reports when a process is ready."""
        while not await asyncio.to_thread(self._probe, process.probe):
            await asyncio.sleep(self._patience.probe_s)
        self._been_ready.add(process.name)
        self._say(f"{process.name} is ready")
        if len(self._been_ready) == len(self._processes):
            self._ready.set()

    async def _drain(self) -> None:
        """Stops the processes by rank, highest first, and kills those that take too long."""
        for rank in sorted({process.rank for process in self._processes}, reverse=True):
            names = [process.name for process in self._processes if process.rank == rank]
            group = [self._running[name] for name in names if name in self._running]
            for running in group:
                with contextlib.suppress(ProcessLookupError):
                    running.send_signal(signal.SIGTERM)
            if not group:
                continue
            waits = [asyncio.create_task(running.wait()) for running in group]
            _, late = await asyncio.wait(waits, timeout=self._patience.grace_s)
            if late:
                self._say(f"{' and '.join(names)}: no end after {self._patience.grace_s:.0f} s; killed")
                for running in group:
                    with contextlib.suppress(ProcessLookupError):
                        running.kill()
                await asyncio.wait(waits)

    def _note(self) -> None:
        self._lock.note([running.pid for running in self._running.values()])


def _status(status: int) -> str:
    return f"status {status}" if status >= 0 else f"signal {signal.Signals(-status).name}"
