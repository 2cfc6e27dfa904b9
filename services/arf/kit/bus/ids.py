"""Event ids: derived from what happened, so that doing it again gives the same id and consumers recognise it.

Each is a UUIDv5 of its parts, joined so that no two lists of parts collide.
"""

from __future__ import annotations

import hashlib
from uuid import UUID, uuid5

from arf.kit.identifiers import is_id

NAMESPACE = UUID("6f1c8f0e-5c1b-5d0a-9a53-3f0f6f2f5f1b")
"""ARF's namespace of UUIDs; if it changed, a call that is submitted again would be processed again."""


def submit_id(tenant: str, call_id: str, content: bytes) -> str:
    """The event id of a submitted call: the same call with the same content has the same id.

    `content` is the call as deterministic bytes of the record itself, before sealing: sealed text differs each time.
    """
    return _uuid("submit", tenant, call_id, hashlib.sha256(content).hexdigest())


def stage_id(stage: str, input_event_id: str) -> str:
    """The event id of the output that `stage` makes from the event `input_event_id`."""
    return _uuid("stage", stage, input_event_id)


def keyed_id(stage: str, key: str, begun_by: str, revision: int, number: int) -> str:
    """The event id of a keyed stage's output, made at `revision` of the state that event `begun_by` began for `key`."""
    return _uuid("keyed", stage, key, begun_by, str(revision), str(number))


def call_key(tenant: str, call_id: str) -> str:
    """The record key of one call. Neither part holds a slash: ids match `[A-Za-z0-9._:-]{1,128}`."""
    return f"{tenant}/{call_id}"


def split_call_key(key: str) -> tuple[str, str] | None:
    """The tenant and the call id in a record key; None if it is not the key of a call."""
    tenant, _, call_id = key.partition("/")
    return (tenant, call_id) if is_id(tenant) and is_id(call_id) else None


def tenant_of(key: str) -> str:
    """The tenant in a record's key."""
    return key.partition("/")[0]


def _uuid(*parts: str) -> str:
    return str(uuid5(NAMESPACE, "".join(f"{len(part)}:{part}" for part in parts)))
