"""Measures which number format this CPU multiplies faster; its instruction flags do not say."""

from __future__ import annotations

import time
from functools import cache

import torch

_ROWS, _IN, _OUT = 256, 576, 1536  # A feed-forward product of a small model on a short prompt.
_BAR = 1.2
"""bfloat16 costs precision, so it must be faster by this factor, which also keeps noise from deciding."""


@cache
def fastest_dtype() -> torch.dtype:
    """float32 or bfloat16, whichever is faster; bfloat16 on a GPU. Measured once per process, in a fraction of a
    second.

    Without AVX512-BF16 or AMX bfloat16 is emulated and many times slower; with AMX it is the other way round.
    """
    if torch.cuda.is_available():
        return torch.bfloat16
    plain, short = _seconds(torch.float32), _seconds(torch.bfloat16)
    return torch.bfloat16 if short * _BAR < plain else torch.float32


def _seconds(dtype: torch.dtype) -> float:
    """CPU time of one thread, the best of a few runs.

    Wall-clock time would depend on other programs: the same machine must always choose the same format, or a resumed
    run would differ from an uninterrupted one.
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
