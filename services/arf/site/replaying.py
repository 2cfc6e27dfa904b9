"""Replays dead letters, with an entry in the audit log before each."""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, datetime

from arf.audit.log import Action, AuditEntry, SqlAudit
from arf.backbone import Backbone
from arf.kit.bus import dlq


def replay(backbone: Backbone, ids: Collection[str] | None, actor: str, reason: str) -> list[dlq.Letter]:
    """Publishes the dead letters `ids`, or all not replayed yet, to their topics again; returns them.

    Letters without their record are skipped. Raises NotFound for an unknown id, ArfError for one that was replayed
    already or if none of `ids` has its record: then nothing is published or audited.
    """
    audit = SqlAudit(backbone.database)

    def audit_letter(letter: dlq.Letter) -> None:
        tenant = letter.dead.key.decode().partition("/")[0]
        audit.append(AuditEntry(datetime.now(UTC), tenant, actor, Action.REPLAY, f"dlq/{letter.id}", reason))

    return dlq.replay(backbone.bus, ids, before=audit_letter)
