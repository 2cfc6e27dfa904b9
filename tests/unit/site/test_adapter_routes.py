from __future__ import annotations

from pathlib import Path

import pytest

from arf.flow import ADAPTERS
from arf.kit.bus.port import Message
from arf.kit.errors import Corrupt
from arf.site.adapter_routes import publish, route_of, tables
from arf.v1.routing_table_pb2 import Route, RoutingTable
from tests.helpers.lora_folders import write_adapter
from tests.helpers.sealing import Site


def test_newest_table_of_each_task_is_found_whatever_came_last(here: Site, tmp_path: Path) -> None:
    canary = route_of(write_adapter(tmp_path / "student"), 1_000)
    for generation in (2, 3, 1):
        table = RoutingTable(generation=generation, routes=[canary, Route(share_bp=9_000)], promotion_id="p-1")
        here.bus.publish([Message(ADAPTERS, "a/task", table.SerializeToString())])
    here.bus.publish([Message(ADAPTERS, "b/task", RoutingTable(generation=7).SerializeToString())])
    assert {key: table.generation for key, table in tables(here.bus).items()} == {"a/task": 3, "b/task": 7}


def test_next_table_keeps_the_salt_that_calls_were_shared_out_by(here: Site) -> None:
    first = RoutingTable(generation=4, routes=[Route(share_bp=10_000)], promotion_id="p-1")
    here.bus.publish([Message(ADAPTERS, "a/task", first.SerializeToString())])
    made = publish(here, "a", "task", [Route(share_bp=10_000)], rollback=False, actor="me", reason="a test")  # type: ignore[arg-type]
    assert (made.generation, made.promotion_id) == (5, "p-1")
    assert tables(here.bus)["a/task"] == made


def test_record_that_is_no_table_is_named(here: Site) -> None:
    here.bus.publish([Message(ADAPTERS, "a/task", b"\xff\xff")])
    with pytest.raises(Corrupt, match=r"arf\.adapters\.v1\[\d\]@\d+: is no routing table"):
        tables(here.bus)
