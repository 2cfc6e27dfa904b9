"""Intervals for what was measured: Wilson's for a share, a bootstrap over dialogues for anything else."""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Sequence
from typing import TypeVar

from arf.v1.error_profile_pb2 import Rate

T = TypeVar("T")

Z95 = 1.959963984540054
"""The 97.5 % quantile of the normal distribution."""


def wilson(count: int, n: int, z: float = Z95) -> tuple[float, float]:
    """The Wilson score interval of a share; (0, 1) where nothing was looked at.

    (p + z²/2n ± z √(p(1-p)/n + z²/4n²)) / (1 + z²/n), p = count/n.
    Source: E. B. Wilson, "Probable inference, the law of succession, and statistical inference", JASA 22 (1927),
    209-212; as equation (4) in Brown, Cai and DasGupta, "Interval estimation for a binomial proportion", Statistical
    Science 16 (2001), 101-133. Raises ValueError unless 0 <= count <= n.
    """
    if not 0 <= count <= n:
        raise ValueError(f"count must be from 0 to n: {count} of {n}")
    if n == 0:
        return 0.0, 1.0
    p = count / n
    middle = p + z * z / (2 * n)
    spread = z * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    scale = 1 + z * z / n
    # At 0 and n the end is exact in the formula and only nearly so in floating point.
    low = 0.0 if count == 0 else (middle - spread) / scale
    high = 1.0 if count == n else (middle + spread) / scale
    return low, high


def rate(count: int, n: int) -> Rate:
    """A share with its 95 % Wilson interval; 0 where nothing was looked at."""
    low, high = wilson(count, n)
    return Rate(count=count, n=n, value=count / n if n else 0.0, low=low, high=high)


def bootstrap(
    clusters: Sequence[T],
    statistic: Callable[[Sequence[T]], float | None],
    *,
    seed: int = 0,
    draws: int = 1000,
) -> tuple[float, float] | None:
    """The 95 % percentile interval of a statistic, whole clusters drawn with replacement.

    A draw for which the statistic is not defined (None) is left out; None if it never is.
    Source: Davison and Hinkley, "Bootstrap Methods and their Application" (1997), section 3.8.
    """
    if not clusters:
        return None
    chance = random.Random(seed)
    values = sorted(v for _ in range(draws) if (v := statistic(chance.choices(clusters, k=len(clusters)))) is not None)
    if not values:
        return None
    last = len(values) - 1
    return values[round(0.025 * last)], values[round(0.975 * last)]
