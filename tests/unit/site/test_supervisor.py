from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from arf.kit.errors import ArfError
from arf.site.processes import Process
from arf.site.supervisor import Patience, Supervisor, folder_lock, is_running

QUICK = Patience(first_pause_s=0.01, longest_pause_s=0.05, probe_s=0.01, grace_s=60.0, failed_starts=3)
PATIENCE_S = 120.0

# Writes its pid where the probe finds it, and at SIGTERM who has ended, in order.
OBEDIENT = """
import os, pathlib, signal, sys
name = sys.argv[1]
def end(*_):
    with open("ended", "a") as out: out.write(name + "\\n")
    os._exit(0)
signal.signal(signal.SIGTERM, end)
pathlib.Path("new").write_text(str(os.getpid())); os.rename("new", name)
while True: signal.pause()
"""
STUBBORN = OBEDIENT.replace("signal.signal(signal.SIGTERM, end)", "signal.signal(signal.SIGTERM, signal.SIG_IGN)")


def process(folder: Path, name: str, code: str, rank: int = 0) -> Process:
    code = f"import os; os.chdir({str(folder)!r})\n{code}"
    return Process(name, (sys.executable, "-c", code, name), {}, {}, str(folder / name), rank)


class Run:
    """A supervisor at work in the test's event loop."""

    def __init__(self, folder: Path, *processes: Process, patience: Patience = QUICK) -> None:
        self.said: list[str] = []
        self.stop = asyncio.Event()
        self.lock = folder_lock(folder)
        self.supervisor = Supervisor(
            processes, folder, self.lock, self.said.append, patience, probe=lambda page: Path(page).exists()
        )
        self.task = asyncio.create_task(self.supervisor.run(self.stop))

    async def end(self) -> None:
        self.stop.set()
        try:
            await asyncio.wait_for(self.task, PATIENCE_S)
        finally:
            self.lock.close()


async def until(true: object) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while not true():
        assert time.monotonic() < deadline, "did not happen"
        await asyncio.sleep(0.01)


def test_processes_end_in_order_of_rank_when_it_stops(tmp_path: Path) -> None:
    async def scenario() -> None:
        run = Run(tmp_path, *(process(tmp_path, name, OBEDIENT, rank) for name, rank in (("a", 0), ("b", 2), ("c", 1))))
        await asyncio.wait_for(run.supervisor.ready(), PATIENCE_S)
        await run.end()
        assert sorted(run.said) == ["a is ready", "b is ready", "c is ready"]

    asyncio.run(scenario())
    assert (tmp_path / "ended").read_text().split() == ["b", "c", "a"]


def test_process_is_started_again_when_it_was_killed(tmp_path: Path) -> None:
    async def scenario() -> None:
        run = Run(tmp_path, process(tmp_path, "a", OBEDIENT))
        await asyncio.wait_for(run.supervisor.ready(), PATIENCE_S)
        first = int((tmp_path / "a").read_text())
        assert (run.supervisor.pid("a"), run.supervisor.pid("b")) == (first, None)
        (tmp_path / "a").unlink()
        os.kill(first, signal.SIGKILL)
        await until((tmp_path / "a").exists)
        assert run.supervisor.pid("a") == int((tmp_path / "a").read_text()) != first
        assert any("a ended (signal SIGKILL); again in" in line for line in run.said)
        await run.end()

    asyncio.run(scenario())


def test_it_gives_up_when_a_process_never_gets_ready_and_ends_the_others(tmp_path: Path) -> None:
    async def scenario() -> None:
        broken = process(tmp_path, "broken", "import sys; print('why', flush=True); sys.exit(3)")
        run = Run(tmp_path, process(tmp_path, "a", OBEDIENT), broken)
        with pytest.raises(ArfError, match=r"broken ended 3 times before it was ready; .*broken\.log says why"):
            await asyncio.wait_for(run.task, PATIENCE_S)
        run.lock.close()
        assert sum("status 3" in line for line in run.said) == 2

    asyncio.run(scenario())
    assert (tmp_path / "logs/broken.log").read_text().split() == ["why"] * 3


def test_process_that_does_not_end_is_killed_when_the_grace_is_over(tmp_path: Path) -> None:
    async def scenario() -> None:
        run = Run(tmp_path, process(tmp_path, "a", STUBBORN), patience=Patience(probe_s=0.01, grace_s=0.1))
        await asyncio.wait_for(run.supervisor.ready(), PATIENCE_S)
        await run.end()
        assert run.said[-1].startswith("a: no end after")
        with pytest.raises(ProcessLookupError):
            os.kill(int((tmp_path / "a").read_text()), 0)

    asyncio.run(scenario())


def test_folder_is_locked_while_a_process_of_it_lives_even_without_its_supervisor(tmp_path: Path) -> None:
    lock = folder_lock(tmp_path)
    child = subprocess.Popen([sys.executable, "-c", "import signal; signal.pause()"], pass_fds=(lock.descriptor,))
    lock.note([child.pid])
    # As when the supervisor is killed: its own hold is gone, its processes' is not.
    lock.close()
    with pytest.raises(ArfError, match=rf"services of it are running; end them with: kill {child.pid}$"):
        folder_lock(tmp_path)
    child.kill()
    child.wait()
    folder_lock(tmp_path).close()


def test_supervisor_alone_is_to_be_ended_while_it_lives(tmp_path: Path) -> None:
    lock = folder_lock(tmp_path)
    child = subprocess.Popen([sys.executable, "-c", "import signal; signal.pause()"], pass_fds=(lock.descriptor,))
    lock.note([child.pid])
    with pytest.raises(ArfError, match=rf"end them with: kill {os.getpid()}$"):
        folder_lock(tmp_path)
    child.kill()
    child.wait()
    lock.close()


def test_folder_says_whether_processes_of_it_run_once_some_did(tmp_path: Path) -> None:
    assert is_running(tmp_path) is None
    assert list(tmp_path.iterdir()) == []
    lock = folder_lock(tmp_path)
    assert is_running(tmp_path) is True
    lock.close()
    assert is_running(tmp_path) is False
    folder_lock(tmp_path).close()
