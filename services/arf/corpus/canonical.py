"""What makes two corpora the same: one order, and calls without what only the evaluation may know."""

from __future__ import annotations

from collections.abc import Iterable

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
