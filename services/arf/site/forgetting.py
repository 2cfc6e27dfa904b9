"""Forgets a call: its key is destroyed, and with it its text wherever it lies, sealed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from arf.audit.log import Action, Audit, Entry
from arf.flow import ArtefactKind
from arf.kit.db import registry
from arf.kit.db.database import Database
from arf.privacy.seal import Sealer
from arf.site.lineage import Artefact
from arf.site.tracking import Tracking


@dataclass(frozen=True)
class Forgetting:
    """What was forgotten: the destroyed key, what was made of the call by kind, and what its text went into."""

    key_id: str
    removed: Mapping[str, int]
    """What was removed from the database beside the key: how many, by name."""
    records: int
    """Records of the call in the log; 0 for a call that never came."""
    adapters: tuple[str, ...]
    """Adapters that were trained on it: their weights are not changed by this."""
    datasets: tuple[str, ...]
    """Datasets that hold it, sealed: they keep their hashes."""


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
    """Destroys the call's key for good; doing it again changes nothing but the audit log.

    A call that never came cannot come any more. Other processes let go of the key when their caches do, 30 s by
    default. `tracking` has caught up. Raises InvalidRecord for a blank actor or reason, Unavailable: then do it again.
    """
    audit.append(Entry(datetime.now(UTC), tenant, actor, Action.FORGET, f"calls/{call_id}", reason))
    removed = registry.forget(database, tenant, call_id)
    # The key last: that also empties the database's own log of what was removed.
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
