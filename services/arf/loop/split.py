"""Which calls are trained on and which are held out."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Sequence

from arf.v1.transcript_pb2 import Call


def split(calls: Sequence[Call], held_out: float, seed: int) -> tuple[list[Call], list[Call]]:
    """(train, held out), each in the order given.

    A corpus that says where each call belongs (`annotations.split`) is taken at its word. Else a share of each
    channel is held out by a hash of call and seed, so that adding calls moves none of the others.
    """
    marked = [_mark(call) for call in calls]
    said = {i for i, mark in enumerate(marked) if mark == "held_out"}
    held = said if all(marked) else _drawn(calls, held_out, seed)
    return [c for i, c in enumerate(calls) if i not in held], [c for i, c in enumerate(calls) if i in held]


def limit(calls: Sequence[Call], most: int | None, seed: int) -> list[Call]:
    """At most `most` of the calls, drawn by hash and kept in order."""
    if most is None or len(calls) <= most:
        return list(calls)
    chosen = set(sorted(range(len(calls)), key=lambda i: _rank(calls[i], seed))[:most])
    return [c for i, c in enumerate(calls) if i in chosen]


def _mark(call: Call) -> str:
    value = call.annotations.fields.get("split")
    return value.string_value if value is not None and value.string_value in ("train", "held_out") else ""


def _drawn(calls: Sequence[Call], held_out: float, seed: int) -> set[int]:
    by_channel: dict[str, list[int]] = defaultdict(list)
    for index, call in enumerate(calls):
        by_channel[call.channel].append(index)
    held: set[int] = set()
    for channel in sorted(by_channel):
        ranked = sorted(by_channel[channel], key=lambda i: _rank(calls[i], seed))
        held.update(ranked[: round(held_out * len(ranked))])
    return held


def _rank(call: Call, seed: int) -> str:
    return hashlib.sha256(f"{seed}\0{call.tenant}\0{call.id}".encode()).hexdigest()
