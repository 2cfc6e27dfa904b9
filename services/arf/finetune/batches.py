"""Which examples are trained on together, and when: a function of lengths and seed, so that a resumed run agrees."""

from __future__ import annotations

import random
from collections.abc import Sequence

_POOL = 16
"""Batches' worth of shuffled examples that are sorted by length together: less padding, order still random."""


def plan_epoch(lengths: Sequence[int], batch_size: int, seed: int, epoch: int) -> list[list[int]]:
    """Every index once, in batches of like lengths, the batches in random order."""
    rng = random.Random(f"{seed}:{epoch}")
    order = list(range(len(lengths)))
    rng.shuffle(order)
    batches = []
    for start in range(0, len(order), batch_size * _POOL):
        pool = sorted(order[start : start + batch_size * _POOL], key=lambda i: (lengths[i], i))
        batches += [pool[i : i + batch_size] for i in range(0, len(pool), batch_size)]
    rng.shuffle(batches)
    return batches


def split_by_tokens(batch: Sequence[int], lengths: Sequence[int], limit: int) -> list[list[int]]:
    """A batch in parts of at most `limit` padded tokens, but at least one example: what is held in memory at a time."""
    parts: list[list[int]] = []
    widest = 0
    for i in sorted(batch, key=lambda i: (lengths[i], i)):
        widest = max(widest, lengths[i])
        if parts and widest * (len(parts[-1]) + 1) <= limit:
            parts[-1].append(i)
        else:
            parts.append([i])
            widest = lengths[i]
    return parts
