"""Near-duplicate calls: two transcripts that share most of their word 5-grams."""

from __future__ import annotations

from collections.abc import Sequence

from datasketch import MinHash, MinHashLSH

from arf.calls.text import words
from arf.v1.transcript_pb2 import Call

NGRAM = 5
THRESHOLD = 0.8
_PERMUTATIONS = 64
_SEED = 1


def near_duplicates(calls: Sequence[Call]) -> dict[int, int]:
    """Maps each call that repeats an earlier one to the first call it repeats.

    MinHash only proposes pairs; their exact Jaccard similarity decides, so that no hash collision drops a call.
    """
    index = MinHashLSH(threshold=THRESHOLD, num_perm=_PERMUTATIONS)
    kept: dict[int, frozenset[str]] = {}
    repeats: dict[int, int] = {}
    for i, call in enumerate(calls):
        grams = _grams(call)
        sketch = MinHash(num_perm=_PERMUTATIONS, seed=_SEED)
        sketch.update_batch([gram.encode() for gram in sorted(grams)])
        proposed = sorted(int(key) for key in index.query(sketch))
        first = next((j for j in proposed if jaccard(kept[j], grams) >= THRESHOLD), None)
        if first is not None:
            repeats[i] = first
        else:
            kept[i] = grams
            index.insert(str(i), sketch)
    return repeats


def jaccard(a: frozenset[str], b: frozenset[str]) -> float:
    """Shared / all; 1 for two empty sets."""
    return len(a & b) / len(a | b) if a or b else 1.0


def _grams(call: Call) -> frozenset[str]:
    spoken = [word for turn in call.turns for word in words(turn.text)]
    # A call shorter than one gram counts as one gram.
    return frozenset(" ".join(spoken[i : i + NGRAM]) for i in range(max(1, len(spoken) - NGRAM + 1)))
