"""The engine on vLLM and Ray Serve in a process of its own, as `arf serve --engine vllm` runs it."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import httpx
import psutil

from arf.site.engine_admin import EngineAdmin
from tests.helpers.needs import lacking

ROOT = Path(__file__).parents[2]
PYTHON = ROOT / ".venv-inference/bin/python"
KEY, ADMIN_KEY = "the key", "the other key"
_STARTS_S = 300


@dataclass(frozen=True)
class RayEngine:
    """A running engine: its address, which ends in /v1, and its process."""

    url: str
    process: subprocess.Popen[bytes]
    metrics: str

    @property
    def admin(self) -> EngineAdmin:
        return EngineAdmin(self.url, KEY, ADMIN_KEY)

    def post(self, path: str, body: dict[str, object], key: str = KEY) -> httpx.Response:
        """One request, with whatever it gets."""
        return httpx.post(f"{self.url}{path}", json=body, headers=bearer(key), timeout=120)

    def counter(self, name: str) -> float:
        """The sum of one of vLLM's own counters, as Ray's agent exports it every few seconds."""
        lines = httpx.get(self.metrics, timeout=30).text.splitlines()
        return sum(float(line.rpartition(" ")[2]) for line in lines if line.startswith(f"ray_vllm_{name}{{"))

    def kill_core(self) -> None:
        """Kill -9 of the process in which vLLM computes."""
        (core,) = [each for each in _tree(self.process.pid) if "EngineCore" in _title(each)]
        core.kill()


def bearer(key: str) -> dict[str, str]:
    """The header that carries a key."""
    return {"Authorization": f"Bearer {key}"}


@contextmanager
def ray_engine(home: Path, **settings: str) -> Iterator[RayEngine]:
    """An engine with SmolLM2 and three places for adapters; skips where its environment has not been made."""
    if not PYTHON.exists():
        lacking("inference", "vLLM and Ray are not installed: make setup-inference")
    port, metrics = free_port(), free_port()
    command = [sys.executable, "-m", "arf.cli", "serve", "--engine", "vllm", "--adapters", "3", "--port", str(port)]
    given = {"KEY": KEY, "ADMIN_KEY": ADMIN_KEY, "HOME": str(home), "METRICS_PORT": str(metrics)} | settings
    environment = os.environ | {f"ARF_ENGINE_{name}": value for name, value in given.items()}
    with (home.parent / "engine.log").open("wb") as log:
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=log, start_new_session=True)
    engine = RayEngine(f"http://127.0.0.1:{port}/v1", process, f"http://127.0.0.1:{metrics}/metrics")
    try:
        wait_for_models(engine.url, process)
        yield engine
    finally:
        left = stop(process)
    assert not left, f"left behind: {left}"


def wait_for_models(url: str, process: subprocess.Popen[bytes], within_s: float = _STARTS_S) -> None:
    """Returns once the engine at the address lists its models; fails if its process ends first."""
    deadline = time.monotonic() + within_s
    while time.monotonic() < deadline:
        assert process.poll() is None, "the engine ended"
        with suppress(httpx.HTTPError):
            if httpx.get(f"{url}/models", headers=bearer(KEY), timeout=20).status_code == 200:
                return
        time.sleep(0.5)
    raise AssertionError(f"{url}: no answer within {within_s} s")


def stop(process: subprocess.Popen[bytes], within_s: float = 60) -> list[str]:
    """Ends a process with SIGTERM; kills what of it and of its children is left after a while, and names that."""
    all_of_it = _tree(process.pid)
    process.send_signal(signal.SIGTERM)
    _, alive = psutil.wait_procs(all_of_it, timeout=within_s)
    titles = [_title(each) for each in alive]
    for each in alive:
        each.kill()
    process.wait()
    return titles


def free_port() -> int:
    """A port that is free now."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def _tree(pid: int) -> list[psutil.Process]:
    try:
        parent = psutil.Process(pid)
        return [parent, *parent.children(recursive=True)]
    except psutil.NoSuchProcess:
        return []


def _title(process: psutil.Process) -> str:
    try:
        return " ".join(process.cmdline())
    except psutil.Error:
        return ""
