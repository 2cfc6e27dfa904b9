"""Submits calls to the services: masks card numbers, seals the text, derives event ids from the content."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from arf.corpus.canonical import strip_gold
from arf.flow import CALLS, SUBMIT
from arf.kit import tracing
from arf.kit.bus.headers import EVENT_ID, SCHEMA, SOURCE, TENANT
from arf.kit.bus.ids import call_key, submit_id
from arf.kit.bus.port import MAX_VALUE_BYTES, Bus, Message
from arf.kit.errors import InvalidRecord
from arf.privacy.masking.calls import mask_call
from arf.privacy.seal import Forgotten
from arf.privacy.sealed_records import Seals, sealed_for_call
from arf.site.call_stages import CallStages
from arf.v1.transcript_pb2 import Call

DEFAULT_TENANT = "default"
"""The tenant of calls that name none."""

_CHUNK = 100


@dataclass(frozen=True)
class Submission:
    """The result of a submission: event ids by (tenant, call id), and reasons for refused calls, in order."""

    published: dict[tuple[str, str], str] = field(default_factory=dict)
    known: dict[tuple[str, str], str] = field(default_factory=dict)
    """Calls that are in the log already with the same content."""
    refused: list[str] = field(default_factory=list)


def submit(
    calls: Sequence[Call],
    bus: Bus,
    seals: Seals,
    tenant: str | None = None,
    *,
    default: str = DEFAULT_TENANT,
    stages: CallStages | None = None,
) -> Submission:
    """Publishes calls to `arf.calls.v1`, without their gold; `default` is the tenant of calls that name none.

    With `tenant` all calls are that tenant's, and those that name another are refused. The same call with the same
    content has the same event id. Calls that `stages`, which must have caught up, knows are not published again;
    other duplicates are recognised by the workers. Chunks are published whole; after Unavailable, submit all again.
    """
    done = Submission()
    for start in range(0, len(calls), _CHUNK):
        messages = []
        for call in calls[start : start + _CHUNK]:
            try:
                message = _message(_owned(call, tenant, default), seals)
            except (InvalidRecord, Forgotten) as error:
                done.refused.append(f"call {call.id}: {error.message}")
            else:
                messages.append(message)
        known = stages.among(SUBMIT, [message.headers[EVENT_ID] for message in messages]) if stages else set()
        bus.publish([message for message in messages if message.headers[EVENT_ID] not in known])
        for message in messages:
            owner, _, call_id = message.key.partition("/")
            event_id = message.headers[EVENT_ID]
            (done.known if event_id in known else done.published)[owner, call_id] = event_id
    return done


def _owned(call: Call, tenant: str | None, default: str) -> Call:
    """A copy with its tenant set."""
    owned = strip_gold(call)
    if tenant is not None and owned.tenant not in (DEFAULT_TENANT, tenant):
        raise InvalidRecord("tenant", f"is {owned.tenant}, but --tenant says {tenant}")
    if owned.tenant == DEFAULT_TENANT:
        owned.tenant = tenant or default
    return owned


def _message(call: Call, seals: Seals) -> Message:
    masked = mask_call(call)
    event_id = submit_id(masked.tenant, masked.id, masked.SerializeToString(deterministic=True))
    value = sealed_for_call(seals, masked.tenant, masked.id, masked).SerializeToString()
    if len(value) > MAX_VALUE_BYTES:
        raise InvalidRecord("turns", f"{len(value):,} bytes are more than the {MAX_VALUE_BYTES:,} that the bus takes")
    headers = {EVENT_ID: event_id, TENANT: masked.tenant, SCHEMA: Call.DESCRIPTOR.full_name, SOURCE: "batch"}
    # The trace of a call begins here and continues through every stage.
    with tracing.consuming("submit", {}):
        tracing.inject(headers)
    return Message(CALLS, call_key(masked.tenant, masked.id), value, headers)
