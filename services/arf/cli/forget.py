"""`arf forget`: makes the text of a call unreadable for good."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Annotated

import typer

from arf.cli.common import (
    DEFAULT_DATA,
    DataOption,
    JsonOption,
    ReasonOption,
    TenantOption,
    actor,
    check_id,
    console,
    write_json,
)
from arf.kit.errors import NotFound

if TYPE_CHECKING:
    from arf.kit.db.database import Database


def forget(
    call: Annotated[str, typer.Option("--call", help="The call's id.")],
    data: DataOption = DEFAULT_DATA,
    tenant: TenantOption = None,
    reason: ReasonOption = "not given",
    json_file: JsonOption = None,
) -> None:
    """Destroy a call's key, and with it the call's text in topics, tables, dead letters, cache and datasets."""
    from arf.audit.log import SqlAudit
    from arf.kit.db.settings import StoreSettings
    from arf.kit.environment import from_environment
    from arf.site.forgetting import forget as forget_call
    from arf.site.site import entered, known_to
    from arf.site.tracking import opened_tracking

    for name, value in (("--call", call), ("--tenant", tenant)):
        check_id(name, value)
    with entered(data) as backbone:
        tracking = opened_tracking(backbone)
        tracking.catch_up()
        # A call that has not arrived has no owner; with --tenant it is refused from now on.
        whose = tenant or _owner(backbone.database, call)
        done = forget_call(
            whose,
            call,
            actor=actor(),
            reason=reason,
            database=backbone.database,
            tracking=tracking,
            sealer=backbone.sealer,
            audit=SqlAudit(backbone.database),
        )
        seconds = from_environment(StoreSettings, known_to(data)).key_cache_ttl
    lines = [f"call {whose}/{call} is forgotten; running services drop its key within {seconds:.0f} s"]
    if not done.records:
        lines.append("no record of it has arrived, and any later one is refused")
    lines += [f"{count} of {name} removed" for name, count in done.removed.items() if count]
    lines += [f"dataset {name} holds it, sealed" for name in done.datasets]
    lines += [f"adapter {name} was trained on it: its weights are unchanged" for name in done.adapters]
    if not done.adapters:
        lines.append("no adapter was trained on it")
    for line in lines:
        console.print(line, markup=False, highlight=False, soft_wrap=True)
    write_json(json_file, dataclasses.asdict(done) | {"tenant": whose, "call_id": call})


def _owner(database: Database, call: str) -> str:
    """The call's tenant. Raises NotFound, or InvalidRecord if several tenants have the call."""
    from arf.site.owners import owner

    try:
        return owner(database, call)
    except NotFound as error:
        raise NotFound(f"{error.message}; with --tenant it is refused if it arrives later") from None
