"""Which adapter a call gets."""

from __future__ import annotations

from collections import Counter

from arf.summarizer.routing import choose
from arf.v1.routing_table_pb2 import Route, RoutingTable

TABLE = RoutingTable(
    promotion_id="p-1", routes=[Route(adapter="canary", share_bp=500), Route(adapter="incumbent", share_bp=9_500)]
)
CALLS = [f"c-{n}" for n in range(4_000)]


def test_each_adapter_gets_about_its_share_of_calls_and_a_call_always_the_same_one() -> None:
    chosen = [choose(TABLE, call_id).adapter for call_id in CALLS]
    assert 140 < Counter(chosen)["canary"] < 260
    assert chosen == [choose(TABLE, call_id).adapter for call_id in CALLS]


def test_the_hash_is_that_of_the_contract_so_that_other_programs_can_tell() -> None:
    # printf p-1:c-7 | sha256sum, modulo 10000, is 8841.
    for share_bp, chosen in ((8_841, "incumbent"), (8_842, "canary")):
        routes = [Route(adapter="canary", share_bp=share_bp), Route(adapter="incumbent", share_bp=10_000 - share_bp)]
        assert choose(RoutingTable(promotion_id="p-1", routes=routes), "c-7").adapter == chosen


def test_another_promotion_has_other_canaries() -> None:
    other = RoutingTable(promotion_id="p-2", routes=TABLE.routes)
    first, second = ({c for c in CALLS if choose(table, c).adapter == "canary"} for table in (TABLE, other))
    assert len(first & second) < len(first) / 2


def test_the_bare_base_model_answers_where_there_is_no_table() -> None:
    assert choose(RoutingTable(), "c-1") == Route()
