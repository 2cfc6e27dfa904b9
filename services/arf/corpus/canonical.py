"""What makes two corpora the same: one order, one hash, and calls without what only the evaluation may know."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

from arf.kit.records import dumps
from arf.v1.transcript_pb2 import Call


def key(call: Call) -> tuple[str, str]:
    """What a call is known and sorted by: tenant and id, in code-point order."""
    return call.tenant, call.id


def in_order(calls: Iterable[Call]) -> list[Call]:
    """The calls in canonical order."""
    return sorted(calls, key=key)


def strip_gold(call: Call) -> Call:
    """A copy of the call as the loop may see it: without gold."""
    bare = Call()
    bare.CopyFrom(call)
    bare.ClearField("gold")
    return bare


def content_hash(call: Call) -> str:
    """SHA-256, in hex, of all that the loop may see of the call: the same with gold and without."""
    return hashlib.sha256(dumps(strip_gold(call)).encode()).hexdigest()
