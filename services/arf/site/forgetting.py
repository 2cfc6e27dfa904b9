"""Forgets a call: destroys its key, which makes its sealed text unreadable everywhere."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import select

from arf.audit.log import Action, Audit, AuditEntry
from arf.flow import ArtefactKind
from arf.kit.db import registry
from arf.kit.db.database import Database
from arf.privacy.seal import Sealer
from arf.privacy.store import call_key
from arf.site.lineage import Artefact
from arf.site.tracking import Tracking


@dataclass(frozen=True)
class Forgetting:
    """The result of forgetting a call: its destroyed key, and what else was made from it."""

    key_id: str
    removed: Mapping[str, int]
    """How many rows were removed from the database beside the key, by name."""
    records: int
    """Records of the call in the log; 0 for a call that never arrived."""
    adapters: tuple[str, ...]
    """Adapters that were trained on it; their weights do not change."""
    datasets: tuple[str, ...]
    """Datasets that hold it sealed; their hashes do not change."""


def forgotten_calls(database: Database, tenant: str) -> dict[str, datetime]:
    """When each forgotten call of a tenant was forgotten, by its id."""
    query = select(call_key.c.call_id, call_key.c.destroyed_at).where(
        call_key.c.tenant == tenant, call_key.c.destroyed_at.is_not(None)
    )
    return {row.call_id: row.destroyed_at for row in database.read(lambda connection: connection.execute(query).all())}


def forget(
    tenant: str,
    call_id: str,
    *,
    actor: str,
    reason: str,
    database: Database,
    tracking: Tracking,
    sealer: Sealer,
    audit: Audit,
) -> Forgetting:
    """Destroys the call's key for good; a repetition only adds to the audit log.

    A call that has not arrived is refused from then on. Other processes may use the key until their caches drop it,
    after 30 s by default. `tracking` must have caught up. Raises InvalidRecord for a blank actor or reason; after
    Unavailable, call it again.
    """
    audit.append(AuditEntry(datetime.now(UTC), tenant, actor, Action.FORGET, f"calls/{call_id}", reason))
    removed = registry.forget(database, tenant, call_id)
    # The key last: destroying it also purges removed rows from the database's WAL.
    key_id = sealer.forget(tenant, call_id)
    descent = tracking.lineage.descent(tenant, Artefact(ArtefactKind.CALL, call_id))
    made = {edge.child for edge in descent}
    return Forgetting(
        key_id,
        removed,
        len(tracking.stages.of_call(tenant, call_id)),
        tuple(sorted(artefact.id for artefact in made if artefact.kind is ArtefactKind.ADAPTER)),
        tuple(sorted(artefact.id for artefact in made if artefact.kind is ArtefactKind.DATASET)),
    )
