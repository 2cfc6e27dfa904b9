"""Canonical form of a corpus, so that equal corpora compare equal: fixed order, without gold."""

from __future__ import annotations

from collections.abc import Iterable

from arf.v1.transcript_pb2 import Call


def key(call: Call) -> tuple[str, str]:
    """The identity and sort key of a call: tenant and id, in code-point order."""
    return call.tenant, call.id


def in_order(calls: Iterable[Call]) -> list[Call]:
    """The calls in canonical order."""
    return sorted(calls, key=key)


def strip_gold(call: Call) -> Call:
    """A copy of the call without gold, as the loop sees it."""
    bare = Call()
    bare.CopyFrom(call)
    bare.ClearField("gold")
    return bare
