"""Splits calls into those for training and those held out."""

from __future__ import annotations

from collections.abc import Sequence

from arf.calls.split import rank, split_off
from arf.v1.transcript_pb2 import Call


def split(calls: Sequence[Call], held_out: float, seed: int) -> tuple[list[Call], list[Call]]:
    """(train, held out), each in the given order.

    `annotations.split` decides where the corpus has it. Otherwise a share of each channel is held out by a hash of call
    and seed.
    """
    marks = {(call.tenant, call.id): _mark(call) for call in calls}
    said = {key for key, mark in marks.items() if mark == "held_out"}
    held = said if all(marks.values()) else split_off(calls, held_out, seed)
    kept = [(call.tenant, call.id) not in held for call in calls]
    return [c for c, k in zip(calls, kept, strict=True) if k], [c for c, k in zip(calls, kept, strict=True) if not k]


def limit(calls: Sequence[Call], most: int | None, seed: int) -> list[Call]:
    """At most `most` of the calls, chosen by hash and kept in order."""
    if most is None or len(calls) <= most:
        return list(calls)
    chosen = sorted(range(len(calls)), key=lambda i: rank((calls[i].tenant, calls[i].id), seed))[:most]
    return [calls[i] for i in sorted(chosen)]


def _mark(call: Call) -> str:
    value = call.annotations.fields.get("split")
    return value.string_value if value is not None and value.string_value in ("train", "held_out") else ""
