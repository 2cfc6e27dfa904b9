"""The controllers' routes over two replicas with fake engines, through the client that controllers use."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import uvicorn

from arf.inference.ray_app.adapter_files import Base, copy_of
from arf.inference.ray_app.admin import admin
from arf.inference.ray_app.guard import guarded
from arf.inference.ray_app.residents import Residents
from arf.inference.ray_app.tables import Route, Tables
from arf.kit.errors import InvalidRecord, Unavailable
from arf.site.adapter_routes import announce
from arf.site.engine_admin import EngineAdmin
from arf.v1 import routing_table_pb2 as pb
from tests.helpers.lora_folders import REVISION, SHAPES, route_to, write_adapter
from tests.unit.inference.ray_app.test_residents import FakeEngine

BASE = Base(SHAPES, REVISION, max_rank=4)


class Replicas:
    """Two replicas of one engine, that share a home."""

    def __init__(self, home: Path) -> None:
        self.tables, self.home = Tables(home / "tables"), home
        self.restart()

    def restart(self) -> None:
        self.engines = [FakeEngine(), FakeEngine()]
        self._residents = [
            Residents(engine, self.tables.all, lambda route: copy_of(route, BASE, self.home / "adapters"), 0.0)
            for engine in self.engines
        ]

    async def on_all(self, method: str, *given: Any) -> list[Any]:
        if method == "load_adapters":
            return [await each.load([Route.model_validate(route) for route in given[0]]) for each in self._residents]
        return [await getattr(each, method.removesuffix("_adapters"))() for each in self._residents]


@pytest.fixture
def replicas(tmp_path: Path) -> Replicas:
    return Replicas(tmp_path / "home")


@pytest.fixture
def engine(replicas: Replicas) -> Iterator[EngineAdmin]:
    async def vllm(scope: Any, receive: Any, send: Any) -> None:
        raise AssertionError

    app = guarded(vllm, b"secret", admin(replicas.tables, replicas.on_all, slots=2), b"boss")
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        server = uvicorn.Server(uvicorn.Config(app, log_level="warning", lifespan="off"))
        thread = threading.Thread(target=server.run, args=([listening],), daemon=True)
        thread.start()
        while not server.started:
            time.sleep(0.01)
        yield EngineAdmin(f"http://127.0.0.1:{listening.getsockname()[1]}/v1", "secret", "boss")
        server.should_exit = True
        thread.join()


def table(*routes: Route, generation: int = 1) -> pb.RoutingTable:
    shares = [pb.Route(**route.model_dump() | {"share_bp": 10_000 // len(routes)}) for route in routes]
    return pb.RoutingTable(generation=generation, routes=shares)


def adapters(folder: Path, count: int) -> list[Route]:
    return [route_to(write_adapter(folder / f"a{seed}", seed)) for seed in range(count)]


def test_table_is_answered_when_all_replicas_have_its_adapters(
    replicas: Replicas, engine: EngineAdmin, tmp_path: Path
) -> None:
    one, two, three = adapters(tmp_path, 3)
    assert engine.serve("t/task", table(one, two)) == [[one.name, two.name]] * 2
    engine.serve("t/task", table(three, two, generation=2))
    assert engine.generations() == {"t/task": 2}
    assert [sorted(each.names) for each in replicas.engines] == [sorted([two.name, three.name])] * 2


def test_table_is_refused_whole_when_an_adapter_of_it_is_bad(
    replicas: Replicas, engine: EngineAdmin, tmp_path: Path
) -> None:
    good, bad = route_to(write_adapter(tmp_path / "good")), route_to(write_adapter(tmp_path / "bad", 1, width=9))
    with pytest.raises(InvalidRecord, match=rf"{bad.name}: .*shape"):
        engine.serve("t/task", table(good, bad))
    assert engine.generations() == {}


def test_table_is_refused_when_the_engine_has_no_room_for_its_adapters(engine: EngineAdmin, tmp_path: Path) -> None:
    one, two, three = adapters(tmp_path, 3)
    engine.serve("t/task", table(one, two))
    with pytest.raises(InvalidRecord, match="3 adapters are routed, and the engine has 2 slots"):
        engine.serve("t/other", table(three))


def test_controllers_need_their_key(engine: EngineAdmin) -> None:
    with pytest.raises(InvalidRecord, match="the key is missing or wrong"):
        EngineAdmin(engine._url, "secret", "secret").generations()


def test_engine_that_does_not_answer_is_unavailable() -> None:
    with pytest.raises(Unavailable, match="does not answer"):
        EngineAdmin("http://127.0.0.1:9/v1", "secret", "boss").generations()


def test_tables_are_announced_once_and_again_when_the_engine_forgot_them(
    replicas: Replicas, engine: EngineAdmin, tmp_path: Path
) -> None:
    one, two, three = adapters(tmp_path, 3)
    wanted = {"t/task": table(one), "u/task": table(two, generation=4), "v/task": table(three)}
    said = list(announce(wanted, engine))
    assert said[:2] == ["t/task: table 1 is served", "u/task: table 4 is served"]
    assert said[2].startswith("v/task: table 1 is refused: routes: 3 adapters")
    del wanted["v/task"]
    assert list(announce(wanted, engine)) == []
    for file in (replicas.home / "tables").glob("*.json"):
        file.unlink()
    replicas.restart()
    assert len(list(announce(wanted, engine))) == 2
    assert [sorted(each.names) for each in replicas.engines] == [sorted([one.name, two.name])] * 2
