"""`arf keys`: what concerns the keys of all calls."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from typing import Annotated

import typer

from arf.cli.common import DEFAULT_DATA, DataOption, JsonOption, ReasonOption, actor, console, write_json
from arf.kit.errors import ArfError

app = typer.Typer(help="Destroy the keys of old calls.", no_args_is_help=True)

_LARGE = 0.1
"""Above this share of all keys a person is asked."""


@app.command("purge")
def purge(
    data: DataOption = DEFAULT_DATA,
    days: Annotated[
        int | None,
        typer.Option("--days", help="Keys that are older; ARF_RETENTION__CALL_KEY by default, or else 730.", min=1),
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Count, and destroy nothing.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Also if that is more than a tenth of all keys.")] = False,
    today: Annotated[
        datetime | None,
        typer.Option("--today", help="The day it is, in UTC, if the site was idle for long.", formats=["%Y-%m-%d"]),
    ] = None,
    reason: ReasonOption = "not given",
    json_file: JsonOption = None,
) -> None:
    """Destroy the keys of calls that are older, and with them the calls' text, for good."""
    from arf.audit.log import SqlAudit
    from arf.site import purging
    from arf.site.site import entered

    with entered(data) as backbone:
        rule, now = purging.RULE, datetime.now(UTC)
        kept = days if days is not None else backbone.retention.get(rule.table.name, rule.days)
        if kept is None:
            raise ArfError("ARF_RETENTION__CALL_KEY keeps keys for ever: say --days")
        day = None if today is None else today.date()
        found = purging.find(backbone.database, kept, now=now, today=day)
        console.print(f"{found.count} of {found.total} keys are from before {found.before:%Y-%m-%d}", highlight=False)
        done = 0
        if found.count and not dry_run:
            if found.share > _LARGE and not yes:
                _ask(found.share)
            done = purging.purge(
                backbone.database, found, actor=actor(), reason=reason, audit=SqlAudit(backbone.database), now=now
            )
            console.print(f"{done} keys are destroyed, and the text of their calls with them", highlight=False)
    write_json(json_file, {"before": found.before.isoformat(), "due": found.by_tenant, "destroyed": done})


def _ask(share: float) -> None:
    """Raises ArfError, or ends the command, unless a person agrees."""
    what = f"that is {share:.0%} of all calls' keys, and cannot be undone"
    if not sys.stdin.isatty():
        raise ArfError(f"{what}: say --yes if that is meant")
    typer.confirm(f"{what}. Destroy them?", abort=True)
