"""`arf audit`: who changed what, when and why."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.markup import escape

from arf.cli.common import DEFAULT_DATA, DataOption, JsonOption, console, counted, harmless, minute, table, write_json


def audit(
    data: DataOption = DEFAULT_DATA,
    tenant: Annotated[str | None, typer.Option("--tenant", help="Only entries of this tenant.")] = None,
    after: Annotated[int, typer.Option("--after", min=0, help="Only entries after this number.")] = 0,
    limit: Annotated[int, typer.Option("--limit", min=1, help="At most this many entries.")] = 100,
    json_file: JsonOption = None,
) -> None:
    """List the audit log, oldest first: forgotten calls, purged keys, replays, reviews, changes of budgets."""
    from arf.audit.log import SqlAudit
    from arf.site.site import entered

    with entered(data) as backbone:
        entries = SqlAudit(backbone.database).entries(tenant, after, limit)
    shown = table("number", "when", "who", "tenant", "what", "why", title=counted(len(entries), "entry", "entries"))
    for column in shown.columns[:2]:
        column.no_wrap = True
    rows = []
    for number, entry in entries:
        what = f"{entry.action.value} {entry.resource}"
        cells = entry.actor, entry.tenant, what, entry.reason
        shown.add_row(str(number), minute(entry.at), *(escape(harmless(cell)) for cell in cells))
        rows.append(
            {
                "number": number,
                "at": entry.at.isoformat(timespec="seconds"),
                "tenant": entry.tenant,
                "actor": entry.actor,
                "action": entry.action.value,
                "resource": entry.resource,
                "reason": entry.reason,
            }
        )
    console.print(shown)
    write_json(json_file, rows)
