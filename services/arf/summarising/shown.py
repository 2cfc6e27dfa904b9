"""A call as a model sees it: with placeholders for personal data, or unchanged."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from arf.privacy.redaction.placeholders import Placeholders
from arf.privacy.redaction.redactor import POLICY, redact
from arf.v1.transcript_pb2 import Call


@dataclass(frozen=True, slots=True)
class ShownCall:
    """The `call` that a model sees, the `original`, and the `placeholders` by which a reply is restored.

    `counts` is the number of redacted stretches by kind, `policy` the rules applied; both empty without redaction.
    """

    original: Call
    call: Call
    placeholders: Placeholders = field(default_factory=Placeholders)
    counts: Mapping[str, int] = field(default_factory=dict)
    policy: str = ""


def show(call: Call, *, redaction: bool) -> ShownCall:
    """The call with personal data redacted, or unchanged."""
    if not redaction:
        return ShownCall(call, call)
    redacted = redact(call)
    return ShownCall(call, redacted.call, redacted.placeholders, redacted.counts, POLICY)
