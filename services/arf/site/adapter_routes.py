"""Routing tables: who writes them to `arf.adapters.v1`, and how an engine comes to serve them."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol

from google.protobuf.message import DecodeError

from arf.audit.log import Action, AuditEntry, SqlAudit
from arf.backbone import Backbone
from arf.flow import ADAPTERS
from arf.kit.bus.headers import EVENT_ID, SCHEMA, SOURCE, TENANT
from arf.kit.bus.ids import stage_id
from arf.kit.bus.port import Bus, Message
from arf.kit.errors import Corrupt, InvalidRecord, NotFound
from arf.v1.routing_table_pb2 import Route, RoutingTable

_ALL = 10_000


def route_of(folder: Path, share_bp: int) -> Route:
    """The route of an adapter's folder, named after it and its hash. Raises NotFound if it has no weights."""
    weights = folder / "adapter_model.safetensors"
    if not weights.is_file():
        raise NotFound(f"adapter {folder}: has no adapter_model.safetensors")
    with weights.open("rb") as content:
        digest = hashlib.file_digest(content, "sha256").hexdigest()
    prefix = re.sub(r"[^a-z0-9]+", "-", folder.resolve().name.lower()).strip("-")[:40] or "adapter"
    return Route(
        adapter=f"adapters/{prefix}-{digest[:12]}", uri=folder.resolve().as_uri(), sha256=digest, share_bp=share_bp
    )


def tables(bus: Bus) -> dict[str, RoutingTable]:
    """The newest routing table of each tenant/task. Raises Corrupt for a record that is none."""
    found: dict[str, RoutingTable] = {}
    for record in bus.read(ADAPTERS):
        try:
            table = RoutingTable.FromString(record.value)
        except DecodeError as error:
            raise Corrupt(f"{record.slot}@{record.offset}: is no routing table") from error
        if record.key not in found or table.generation >= found[record.key].generation:
            found[record.key] = table
    return found


def publish(
    backbone: Backbone, tenant: str, task: str, routes: Sequence[Route], *, rollback: bool, actor: str, reason: str
) -> RoutingTable:
    """Writes the next routing table of a tenant's task, after an entry in the audit log.

    Raises InvalidRecord if the shares do not add up to 10,000 basis points.
    """
    if (total := sum(route.share_bp for route in routes)) != _ALL:
        raise InvalidRecord("SHARE", f"the shares add up to {total / 100:g} %, not to 100 %")
    key = f"{tenant}/{task}"
    known = tables(backbone.bus).get(key, RoutingTable())
    table = RoutingTable(
        generation=known.generation + 1, routes=routes, promotion_id=known.promotion_id, rollback=rollback
    )
    action = Action.ROLLBACK if rollback else Action.PROMOTE
    entry = AuditEntry(datetime.now(UTC), tenant, actor, action, f"adapters/{key}@{table.generation}", reason)
    SqlAudit(backbone.database).append(entry)
    headers = {
        EVENT_ID: stage_id("adapters", f"{key}@{table.generation}"),
        TENANT: tenant,
        SCHEMA: RoutingTable.DESCRIPTOR.full_name,
        SOURCE: "review",
    }
    backbone.bus.publish([Message(ADAPTERS, key, table.SerializeToString(), headers)])
    return table


class Serving(Protocol):
    """What is needed of an engine."""

    def generations(self) -> Mapping[str, int]:
        """The generation of each table that it serves."""

    def serve(self, key: str, table: RoutingTable) -> object:
        """Makes it serve a table, and returns when it does."""


def announce(wanted: Mapping[str, RoutingTable], engine: Serving) -> Iterator[str]:
    """Makes the engine serve the tables that it does not serve yet; gives a line for each, once it does.

    A table that the engine refuses is told, and the others are served. Raises Unavailable if it does not answer.
    """
    served = engine.generations()
    for key, table in sorted(wanted.items()):
        if served.get(key, -1) >= table.generation:
            continue
        try:
            engine.serve(key, table)
        except InvalidRecord as refusal:
            yield f"{key}: table {table.generation} is refused: {refusal.reason}"
        else:
            yield f"{key}: table {table.generation} is served"
