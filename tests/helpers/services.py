"""Fixtures of services under test: an event loop, a site, servers that are drained. A conftest names those it needs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    import grpc

    from arf.kit.server import Service
    from tests.helpers.sealing import Site
    from tests.helpers.servers import LoopThread, Running

Connect = Callable[["Service"], "grpc.Channel"]
Run = Callable[..., "Running"]


@pytest.fixture(scope="module")
def loop() -> Iterator[LoopThread]:
    """The event loop of a module's servers."""
    from tests.helpers.servers import LoopThread

    thread = LoopThread()
    yield thread
    thread.close()


@pytest.fixture
def here(tmp_path: Path) -> Iterator[Site]:
    """A site of the test's own."""
    from tests.helpers.sealing import site

    with site(tmp_path) as made:
        yield made


@pytest.fixture
def connect(loop: LoopThread) -> Iterator[Connect]:
    """Starts the API of a service, all of whose requests are tenant t's, and gives a channel to it."""
    import grpc

    from tests.helpers.servers import start

    with ExitStack() as closing:

        def begin(service: Service) -> grpc.Channel:
            running = start(loop, service, tenant="t", role="api")
            closing.callback(_drained, running)
            return closing.enter_context(grpc.insecure_channel(running.target))

        yield begin


@pytest.fixture
def run(loop: LoopThread) -> Iterator[Run]:
    """Starts a service as its app wires it, in a role, for tenant demo."""
    from arf.kit.metrics import Metrics
    from arf.kit.server import ServerSettings
    from tests.helpers.servers import start

    with ExitStack() as closing:

        def begin(app: Any, role: str) -> Running:
            service = loop.run(app.build(ServerSettings(role=role), Metrics("test")))  # type: ignore[arg-type]
            running = start(loop, service, role=role, tenant="demo")
            closing.callback(_drained, running)
            return running

        yield begin


def _drained(running: Running) -> None:
    assert running.drain()
