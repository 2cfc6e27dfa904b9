"""Replays dead letters, and writes down who did it and why before they go."""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, datetime

from arf.backbone import Backbone
from arf.kit.audit import Action, Entry, SqlAudit
from arf.kit.bus import dlq
from arf.kit.errors import NotFound


def replay(backbone: Backbone, ids: Collection[str] | None, actor: str, reason: str) -> list[dlq.Letter]:
    """Sends the letters of `ids`, or all that were not replayed yet, back where they came from; returns them.

    Letters that do not hold their record are left out of all.

    Raises NotFound for an unknown id, ArfError for one that was replayed already: then nothing is sent.
    """
    audit = SqlAudit(backbone.database)
    known = {letter.id: letter for letter in dlq.letters(backbone.bus)}
    waiting = [letter.id for letter in known.values() if letter.whole and not letter.replayed]
    chosen = waiting if ids is None else list(ids)
    for id_ in chosen:
        if id_ not in known:
            raise NotFound(f"no dead letter {id_}")
        tenant = known[id_].dead.key.decode().partition("/")[0]
        audit.append(Entry(datetime.now(UTC), tenant, actor, Action.REPLAY, f"dlq/{id_}", reason))
    return dlq.replay(backbone.bus, chosen) if chosen else []
