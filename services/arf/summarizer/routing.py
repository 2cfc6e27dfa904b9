"""Which adapter writes a call's summaries: a canary gets its share of calls by hash, and a call keeps its adapter."""

from __future__ import annotations

import hashlib

from arf.v1.live_pb2 import LiveCall
from arf.v1.routing_table_pb2 import Route, RoutingTable

_SHARES = 10_000


def choose(table: RoutingTable, call_id: str) -> Route:
    """The call's route: always the same one by the same promotion. The bare base model if the table has none."""
    digest = hashlib.sha256(f"{table.promotion_id}:{call_id}".encode()).digest()
    point, total = int.from_bytes(digest) % _SHARES, 0
    for route in table.routes:
        total += route.share_bp
        if point < total:
            return route
    return Route()


def route(call: LiveCall, call_id: str, table: RoutingTable) -> None:
    """Gives the call its route, once; a table that takes a promotion back moves it."""
    if not call.HasField("route") or (table.rollback and table.generation > call.generation):
        call.route.CopyFrom(choose(table, call_id))
        call.generation = table.generation
