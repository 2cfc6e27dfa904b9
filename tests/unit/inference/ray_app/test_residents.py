from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from arf.inference.ray_app.residents import Residents, keep
from arf.inference.ray_app.tables import Route, Table
from arf.kit.errors import Corrupt, Unavailable
from tests.helpers.lora_folders import route_to, table_of, write_adapter

pytestmark = pytest.mark.anyio

GRACE_S = 300.0


class FakeEngine:
    """Keeps names; `busy` are those that answer requests."""

    def __init__(self) -> None:
        self.names: list[str] = []
        self.busy: set[str] = set()
        self.stuck: set[str] = set()

    async def load(self, name: str) -> None:
        self.names += [] if name in self.names else [name]

    async def unload(self, name: str) -> None:
        if name in self.stuck:
            raise Unavailable("still answers requests")
        self.names.remove(name)

    async def loaded(self) -> list[str]:
        return list(self.names)

    def running(self) -> set[str]:
        return self.busy


class Site:
    """Residents of a fake engine, with tables, a clock and adapters that a test changes."""

    def __init__(self, folder: Path) -> None:
        self.engine, self.tables, self.now = FakeEngine(), dict[str, Table](), 0.0
        self.bad: set[str] = set()
        self.one, self.two, self.three = (route_to(write_adapter(folder / str(seed), seed)) for seed in range(3))
        self.residents = Residents(self.engine, lambda: self.tables, self._copy, GRACE_S, lambda: self.now)

    def _copy(self, route: Route) -> Path:
        if route.name in self.bad:
            raise Corrupt(f"adapter {route.name}: is bad")
        return Path(route.name)


@pytest.fixture
def site(tmp_path: Path) -> Site:
    return Site(tmp_path)


async def test_adapters_of_all_tables_are_loaded_when_a_replica_starts(site: Site) -> None:
    site.tables = {"a/task": table_of(site.one, site.two), "b/task": table_of(site.two, site.three)}
    assert await site.residents.reconcile() == {}
    assert sorted(site.engine.names) == sorted(route.name for route in (site.one, site.two, site.three))


async def test_bad_adapter_is_told_and_costs_the_others_nothing(site: Site) -> None:
    site.tables = {"a/task": table_of(site.one, site.two)}
    site.bad = {site.one.name}
    assert await site.residents.reconcile() == {site.one.name: f"adapter {site.one.name}: is bad"}
    assert site.engine.names == [site.two.name]
    site.bad.clear()
    assert await site.residents.reconcile() == {}
    assert len(site.engine.names) == 2


async def test_name_is_found_when_it_is_in_a_table_alone(site: Site) -> None:
    site.tables = {"a/task": table_of(site.one)}
    assert await site.residents.folder(site.one.name) == Path(site.one.name)
    assert await site.residents.folder(site.two.name) is None


async def test_adapter_that_left_the_tables_serves_on_until_it_is_unused_for_long(site: Site) -> None:
    site.tables = {"a/task": table_of(site.one)}
    await site.residents.reconcile()
    site.tables = {"a/task": table_of(site.two, generation=2)}
    site.engine.busy = {site.one.name}
    for site.now in (10.0, GRACE_S + 20):
        await site.residents.reconcile()
        assert await site.residents.folder(site.one.name) is not None
    site.engine.busy = set()
    site.now += GRACE_S - 1
    await site.residents.reconcile()
    assert site.one.name in site.engine.names
    site.now += 2
    await site.residents.reconcile()
    assert site.engine.names == [site.two.name]
    assert await site.residents.folder(site.one.name) is None


async def test_adapter_is_removed_at_once_when_its_promotion_is_taken_back(site: Site) -> None:
    site.tables = {"a/task": table_of(site.one), "b/task": table_of(site.three)}
    await site.residents.reconcile()
    site.tables = {"a/task": table_of(site.two, generation=2, rollback=True), "b/task": table_of(generation=2)}
    await site.residents.reconcile()
    assert sorted(site.engine.names) == sorted([site.two.name, site.three.name]), "b's calls keep theirs"


async def test_adapter_that_comes_back_stays(site: Site) -> None:
    site.tables = {"a/task": table_of(site.one)}
    await site.residents.reconcile()
    site.tables = {"a/task": table_of(site.two, generation=2)}
    await site.residents.reconcile()
    site.tables = {"a/task": table_of(site.one, generation=3)}
    site.now = 2 * GRACE_S
    await site.residents.reconcile()
    assert site.one.name in site.engine.names


async def test_adapter_that_cannot_be_removed_yet_is_refused_and_tried_again(site: Site) -> None:
    site.tables = {"a/task": table_of(site.one)}
    await site.residents.reconcile()
    site.tables, site.engine.stuck = {"a/task": table_of(generation=2, rollback=True)}, {site.one.name}
    with pytest.raises(Unavailable):
        await site.residents.reconcile()
    assert await site.residents.folder(site.one.name) is None
    site.engine.stuck = set()
    await site.residents.reconcile()
    assert site.engine.names == []


async def test_adapter_is_loaded_before_its_table_counts(site: Site) -> None:
    assert await site.residents.load([site.one]) == {}
    assert site.engine.names == [site.one.name]
    await site.residents.reconcile()
    assert site.engine.names == [site.one.name], "its table is on the way"
    site.bad = {site.two.name}
    assert list(await site.residents.load([site.two])) == [site.two.name]


async def test_work_is_repeated_when_it_failed() -> None:
    told: list[str] = []
    done = asyncio.Event()

    async def work() -> None:
        if told:
            done.set()
        raise Corrupt("bad")

    task = asyncio.create_task(keep(work, 0.0, told.append))
    await asyncio.wait_for(done.wait(), 10)
    task.cancel()
    assert told[0] == "Corrupt: bad"
