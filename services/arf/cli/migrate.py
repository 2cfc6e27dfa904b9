"""`arf migrate`: makes topics and tables before the services start, for installations that deploy in steps."""

from __future__ import annotations

from typing import Annotated

import typer

from arf.cli.common import console


def migrate(
    topics: Annotated[bool, typer.Option(help="Create missing topics; without it, somebody else makes them.")] = True,
) -> None:
    """Bring the database that ARF_DATABASE_URL names to this version's tables, and make the topics of ARF_BUS."""
    from arf.backbone import open_backbone

    open_backbone(topics=topics).close()
    console.print("Tables and topics are there" if topics else "Tables are there")
