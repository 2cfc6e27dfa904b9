"""What every service does with what it has opened, and with what it owes others, while it runs and when it stops."""

from __future__ import annotations

import asyncio
import importlib
import inspect
import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import arf
from arf.kit.metrics import Metrics
from arf.kit.server import ServerSettings, Service
from arf.privacy.master_key import create_file
from tests.helpers.object_graph import objects
from tests.helpers.servers import LoopThread

ROOT = Path(next(iter(arf.__path__)))
APPS = sorted(path.parent.name for path in ROOT.glob("*/app.py"))
UPSTREAM = {"name": "one", "kind": "openai", "model": "m", "url": "http://127.0.0.1:1/v1"}

BY_OTHERS = frozenset({"OutputLog", "StateLog", "LateEngine"})
"""What a worker lets go of itself, when it ends, and an engine that may never have been opened."""


@pytest.fixture(autouse=True)
def _place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    create_file(tmp_path / "master.key")
    for name, value in {
        "BUS": f"sqlite:{tmp_path}/bus.db",
        "DATABASE_URL": f"sqlite:///{tmp_path}/store.db",
        "MASTER_KEY_FILE": f"{tmp_path}/master.key",
        "EDITOR_MODEL": "http://127.0.0.1:1/v1#m",
        "ANALYSIS_JUDGE": "http://127.0.0.1:1/v1",
        "TEACHER_UPSTREAMS": json.dumps([UPSTREAM]),
        "TEACHER_BUDGET_LEASE_S": "30",
    }.items():
        monkeypatch.setenv(f"ARF_{name}", value)
    yield


async def _built(app: str) -> Service:
    made: Service = await importlib.import_module(f"arf.{app}.app").build(ServerSettings(), Metrics(app))
    return made


async def _close(service: Service) -> None:
    for close in reversed(service.closing):
        done = close()
        if inspect.isawaitable(done):
            await done


@pytest.mark.parametrize("app", APPS)
def test_everything_that_can_be_closed_is_when_a_service_stops(
    loop: LoopThread, monkeypatch: pytest.MonkeyPatch, app: str
) -> None:
    # Once before, so that every class that it takes is imported.
    loop.run(_close(loop.run(_built(app))))
    closed: set[int] = set()

    def noting(original: Callable[..., object]) -> Callable[..., object]:
        def close(self: object, *args: object) -> object:
            closed.add(id(self))
            return original(self, *args)

        return close

    for kind in _closeable():
        monkeypatch.setattr(kind, "close", noting(kind.__dict__["close"]))
    service = loop.run(_built(app))
    open_ones = [thing for thing in objects(service) if isinstance(thing, tuple(_closeable()))]
    loop.run(_close(service))
    left = {type(thing).__name__ for thing in open_ones if id(thing) not in closed}
    assert left - BY_OTHERS == set()
    assert closed


def _closeable() -> list[type]:
    """Every class of the package, as far as it is imported, that can be closed."""
    modules = [module for name, module in sorted(sys.modules.items()) if name.startswith("arf.")]
    kinds = {kind for module in modules for kind in vars(module).values() if isinstance(kind, type)}
    ours = [kind for kind in kinds if kind.__module__.startswith("arf.") and not getattr(kind, "_is_protocol", False)]
    return [kind for kind in ours if inspect.isfunction(kind.__dict__.get("close"))]


def test_leases_are_renewed_well_before_they_end_while_the_teacher_runs(
    loop: LoopThread, monkeypatch: pytest.MonkeyPatch
) -> None:
    pauses: list[float] = []

    async def run() -> None:
        begun = asyncio.Event()

        async def pause(seconds: float) -> None:
            pauses.append(seconds)
            begun.set()
            await asyncio.Event().wait()

        monkeypatch.setattr(asyncio, "sleep", pause)
        service = await _built("teacher")
        await asyncio.wait_for(begun.wait(), 30)
        monkeypatch.undo()
        await _close(service)

    loop.run(run())
    # One that fails may be tried again before the lease of 30 seconds is over.
    assert pauses and max(pauses) <= 15
