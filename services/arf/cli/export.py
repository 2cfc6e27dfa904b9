"""`arf export`: what the services made of the submitted calls, as JSONL."""

from __future__ import annotations

import sys
from enum import StrEnum
from typing import Annotated

import typer

from arf.calls.records import dumps
from arf.cli.common import DEFAULT_DATA, DataOption, check_id, errors

Topic = StrEnum("Topic", {name.upper(): name for name in ("calls", "summaries", "findings", "revisions")})  # type: ignore[misc]


def export(
    topic: Annotated[Topic, typer.Option("--topic", help="What to export.")] = Topic("revisions"),  # noqa: B008
    data: DataOption = DEFAULT_DATA,
    tenant: Annotated[str | None, typer.Option("--tenant", help="Only calls of this tenant.")] = None,
) -> None:
    """Write the newest record of each call, readable, to standard output; a revision's `text` is the summary."""
    from arf.site.exporting import export as exported
    from arf.site.site import entered

    check_id("--tenant", tenant)
    with entered(data) as backbone:
        for made in exported(backbone.bus, backbone.sealer, topic, tenant):
            if isinstance(made, str):
                errors.print(f"left out: {made}", markup=False, highlight=False, soft_wrap=True)
            else:
                sys.stdout.write(dumps(made) + "\n")
