"""One event loop for all servers of these tests, and one issuer of tokens."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.helpers.servers import LoopThread, Running, start
from tests.helpers.service_process import Process
from tests.helpers.tokens import Issuer


@pytest.fixture(scope="session")
def loop() -> Iterator[LoopThread]:
    running = LoopThread()
    yield running
    running.close()


@pytest.fixture(scope="session")
def issuer(tmp_path_factory: pytest.TempPathFactory) -> Issuer:
    return Issuer(tmp_path_factory.mktemp("issuer") / "jwks.json")


@pytest.fixture
def run(loop: LoopThread) -> Iterator[Callable[..., Running]]:
    """Starts servers, and stops them after the test."""
    started: list[Running] = []

    def begin(*args: object, **settings: object) -> Running:
        started.append(start(loop, *args, **{"grace_s": 0.1, **settings}))  # type: ignore[arg-type]
        return started[-1]

    yield begin
    for running in started:
        running.drain()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path


@pytest.fixture(name="start")
def start_process(tmp_path: Path) -> Iterator[Callable[..., Process]]:
    """Starts processes in the test's folder, and kills them after the test."""
    started: list[Process] = []

    def begin(role: str, **settings: str) -> Process:
        started.append(Process(tmp_path, role, **settings))
        return started[-1]

    yield begin
    for process in started:
        process.process.kill()
        process.process.wait()
