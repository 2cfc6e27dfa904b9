from __future__ import annotations

from pathlib import Path

import pytest
from google.protobuf.json_format import MessageToJson

from arf.inference.ray_app.tables import Table, Tables, routed
from arf.kit.errors import Aborted, InvalidRequest
from arf.v1 import routing_table_pb2 as pb
from tests.helpers.lora_folders import route_to, table_of, write_adapter

DIGEST = "0123456789ab" + "c" * 52
ROUTE = pb.Route(adapter="adapters/student-0123456789ab", uri="file:///a", sha256=DIGEST, share_bp=1000)


def parsed(message: pb.RoutingTable) -> Table:
    return Table.parse(MessageToJson(message, preserving_proto_field_name=True).encode())


def test_table_is_read_as_the_proto_writes_it() -> None:
    table = parsed(pb.RoutingTable(generation=2**40, routes=[ROUTE, pb.Route(share_bp=9000)], promotion_id="p-1"))
    assert (table.generation, table.promotion_id, table.rollback) == (2**40, "p-1", False)
    assert list(routed({"t/task": table})) == ["student-0123456789ab"]


@pytest.mark.parametrize(
    ("routes", "word"),
    [
        ([pb.Route(share_bp=9999)], "add up"),
        ([pb.Route(adapter="adapters/../etc-01234567", sha256=DIGEST, share_bp=10_000)], "PREFIX-HASH"),
        ([pb.Route(adapter="adapters/student-deadbeef", sha256=DIGEST, share_bp=10_000)], "does not begin"),
        ([pb.Route(adapter=ROUTE.adapter, sha256=DIGEST[:12], share_bp=10_000)], "does not begin"),
    ],
)
def test_table_is_refused_when_a_route_is_wrong(routes: list[pb.Route], word: str) -> None:
    with pytest.raises(InvalidRequest, match=word):
        parsed(pb.RoutingTable(generation=1, routes=routes))


def test_tables_are_known_to_whoever_opens_the_folder_next(tmp_path: Path) -> None:
    route = route_to(write_adapter(tmp_path / "one"))
    Tables(tmp_path / "tables").put("a/task", table_of(route))
    Tables(tmp_path / "tables").put("b/task", table_of(generation=7))
    found = Tables(tmp_path / "tables").all()
    assert {key: table.generation for key, table in found.items()} == {"a/task": 1, "b/task": 7}
    assert routed(found).keys() == {route.name}


def test_older_table_is_refused_and_the_same_one_is_not(tmp_path: Path) -> None:
    one, two = (route_to(write_adapter(tmp_path / str(seed), seed)) for seed in (1, 2))
    tables = Tables(tmp_path / "tables")
    tables.put("a/task", table_of(one, generation=5))
    tables.put("a/task", table_of(one, generation=5))
    for late in (table_of(one, generation=4), table_of(two, generation=5)):
        with pytest.raises(Aborted, match="out of date"):
            tables.put("a/task", late)
    tables.put("a/task", table_of(two, generation=6))
    assert tables.all()["a/task"].routes[0].name == two.name
