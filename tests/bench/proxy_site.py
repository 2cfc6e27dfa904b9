"""What the proxy suite measures: an upstream, a proxy before it, and stages of the bus, each a process of its own."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil

from arf.privacy.master_key import create_file
from tests.helpers.tokens import Issuer

_PATIENCE_S = 120.0


@dataclass
class Site:
    """A folder with keys, tokens, database and bus, and the upstream that answers after `delay_s`."""

    folder: Path
    issuer: Issuer
    upstream_url: str
    delay_s: float

    def environment(self, **given: str) -> dict[str, str]:
        """The environment of a service here: tokens are asked for, budgets and limits are on and wide.

        What is given empty is left out.
        """
        price = {"prompt_micros": 500_000, "completion_micros": 1_500_000}
        upstream = {"name": "fake", "kind": "openai", "model": "fake", "url": f"{self.upstream_url}/v1", **price}
        limits = {
            "budget_micros": 10**12,
            "requests_per_s": 1e5,
            "requests_burst": 1e5,
            "tokens_per_s": 1e9,
            "tokens_burst": 1e9,
        }
        wanted = {
            **os.environ,
            "ARF_BUS": f"sqlite:{self.folder}/bus.db",
            "ARF_DATABASE_URL": f"sqlite:///{self.folder}/store.db",
            "ARF_MASTER_KEY_FILE": str(self.folder / "master.key"),
            "ARF_JWKS_FILE": str(self.issuer.jwks_file),
            "ARF_HEALTH_PORT": "0",
            "ARF_METRICS_PORT": "0",
            "ARF_TEACHER_UPSTREAMS": json.dumps([upstream]),
            "ARF_TEACHER_LIMITS": json.dumps(limits),
            "ARF_TEACHER_CACHE": "memory",
            "ARF_EDITOR_MODEL": "none",
            **given,
        }
        return {name: value for name, value in wanted.items() if value}


@contextmanager
def site(folder: Path, delay_s: float) -> Iterator[Site]:
    """A site with its upstream running."""
    create_file(folder / "master.key")
    upstream = subprocess.Popen(
        [sys.executable, "-m", "tests.helpers.fake_upstream", str(delay_s)], stdout=subprocess.PIPE, text=True
    )
    try:
        assert upstream.stdout is not None
        yield Site(folder, Issuer(folder / "jwks.json"), upstream.stdout.readline().strip(), delay_s)
    finally:
        upstream.kill()
        upstream.wait()


@dataclass
class Process:
    """A service that runs; `target` is where its API is."""

    process: psutil.Process
    target: str

    def cpu_s(self) -> float:
        """Seconds of processor time so far."""
        times = self.process.cpu_times()
        return float(times.user + times.system)


@contextmanager
def service(here: Site, name: str, role: str, **given: str) -> Iterator[Process]:
    """`python -m arf.NAME --role ROLE`, its log in the site's folder; stopped as a deployment would stop it."""
    port = _free_port()
    log = here.folder / f"{name}-{role}.log"
    with log.open("ab") as out:
        started = subprocess.Popen(
            [sys.executable, "-m", f"arf.{name}", "--role", role],
            env=here.environment(**{"ARF_PORT": str(port), **given}),
            stdout=out,
            stderr=out,
        )
    try:
        if role != "worker":
            _wait_for(port, started, log)
        yield Process(psutil.Process(started.pid), f"127.0.0.1:{port}")
    finally:
        started.terminate()
        try:
            started.wait(60)
        except subprocess.TimeoutExpired:
            started.kill()
            started.wait()


def _wait_for(port: int, started: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + _PATIENCE_S
    while time.monotonic() < deadline:
        if started.poll() is not None:
            break
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise RuntimeError(f"the service did not start: {log.read_text(errors='replace')[-2000:]}")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
