"""The number format that this CPU multiplies faster, found by measuring: instruction flags do not tell."""

from __future__ import annotations

import time
from functools import cache

import torch

_ROWS, _IN, _OUT = 256, 576, 1536  # A feed-forward product of a small model on a short prompt.
_BAR = 1.2
"""bfloat16 must win by this much: it costs precision, and two close times would make the choice a toss."""


@cache
def fastest_dtype() -> torch.dtype:
    """float32 or bfloat16; bfloat16 on a GPU. Takes a fraction of a second, once a process.

    Without AVX512-BF16 or AMX bfloat16 is emulated and many times slower; with AMX it is the other way round.
    """
    if torch.cuda.is_available():
        return torch.bfloat16
    plain, short = _seconds(torch.float32), _seconds(torch.bfloat16)
    return torch.bfloat16 if short * _BAR < plain else torch.float32


def _seconds(dtype: torch.dtype) -> float:
    """Processor time of one thread, the best of a few runs.

    Not time by the clock, which on a busy machine says what else runs there: the same machine must choose the same
    format each time, or a run that goes on would not end as one that was never interrupted.
    """
    left, right = torch.ones(_ROWS, _IN, dtype=dtype), torch.ones(_OUT, _IN, dtype=dtype)
    best, threads = float("inf"), torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        with torch.inference_mode():
            for _ in range(5):
                started = time.thread_time()
                torch.nn.functional.linear(left, right)
                best = min(best, time.thread_time() - started)
    finally:
        torch.set_num_threads(threads)
    return best
