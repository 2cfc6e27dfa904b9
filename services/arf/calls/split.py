"""Splits calls by hash: the held-out calls of a corpus and the validation calls of a dataset, by the same rule."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Sequence

from arf.v1.transcript_pb2 import Call

CallKey = tuple[str, str]
"""Tenant and id of a call."""


def split_off(calls: Sequence[Call], share: float, seed: int) -> set[CallKey]:
    """The calls to split off: the same share of each channel, halves rounded up.

    They are chosen by a hash of seed and call, so that adding calls moves few of the others.
    """
    by_channel: dict[str, list[CallKey]] = defaultdict(list)
    for call in calls:
        by_channel[call.channel].append((call.tenant, call.id))
    chosen: set[CallKey] = set()
    for keys in by_channel.values():
        chosen.update(sorted(keys, key=lambda key: rank(key, seed))[: int(len(keys) * share + 0.5)])
    return chosen


def rank(key: CallKey, seed: int) -> str:
    """A call's sort key in a random order that depends on the seed and the call's key alone."""
    return hashlib.sha256(f"{seed}\0{key[0]}\0{key[1]}".encode()).hexdigest()
