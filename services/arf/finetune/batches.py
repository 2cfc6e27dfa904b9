"""Plans batches as a pure function of example lengths and seed, so that a resumed run gets the same ones."""

from __future__ import annotations

import random
from collections.abc import Sequence

_POOL = 16
"""Shuffled examples are sorted by length within pools of this many batches: less padding, order still random."""


def plan_epoch(lengths: Sequence[int], batch_size: int, seed: int, epoch: int) -> list[list[int]]:
    """Every index once, in batches of similar lengths, the batches in random order."""
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
    """Splits a batch into parts of at most `limit` padded tokens, at least one example each, to bound memory."""
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
