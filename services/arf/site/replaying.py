"""Replays dead letters, and writes down who did it and why before they go."""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, datetime

from arf.audit.log import Action, Entry, SqlAudit
from arf.backbone import Backbone
from arf.kit.bus import dlq


def replay(backbone: Backbone, ids: Collection[str] | None, actor: str, reason: str) -> list[dlq.Letter]:
    """Sends the letters of `ids`, or all that were not replayed yet, back where they came from; returns them.

    Letters that do not hold their record are left out. Raises NotFound for an unknown id, ArfError for one that was
    replayed already or if none of `ids` holds its record: then nothing is sent, nor written down.
    """
    audit = SqlAudit(backbone.database)

    def write_down(letter: dlq.Letter) -> None:
        tenant = letter.dead.key.decode().partition("/")[0]
        audit.append(Entry(datetime.now(UTC), tenant, actor, Action.REPLAY, f"dlq/{letter.id}", reason))

    return dlq.replay(backbone.bus, ids, before=write_down)
