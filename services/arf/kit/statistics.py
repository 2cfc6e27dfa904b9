"""Confidence intervals: Wilson's for a share, a bootstrap for other means, differences and other scores.

Source of the bootstrap: Efron and Tibshirani, "An Introduction to the Bootstrap" (1993), chapter 13.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

RESAMPLES = 4000
LEVEL = 0.95
Z95 = 1.959963984540054
"""The 97.5 % quantile of the normal distribution."""

T = TypeVar("T")
_Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Estimate:
    """An estimate from `n` calls with its 95 % interval."""

    value: float
    low: float
    high: float
    n: int


def wilson(count: int, n: int, z: float = Z95) -> tuple[float, float]:
    """The Wilson score interval of a share; (0, 1) if n is 0.

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
    # At 0 and n the formula's end is exact, which floating point would miss.
    low = 0.0 if count == 0 else (middle - spread) / scale
    high = 1.0 if count == n else (middle + spread) / scale
    return low, high


def bootstrap(
    clusters: Sequence[T],
    statistic: Callable[[Sequence[T]], float | None],
    *,
    seed: int = 0,
    draws: int = 1000,
) -> tuple[float, float] | None:
    """The 95 % percentile bootstrap interval of a statistic; whole clusters are resampled.

    Resamples for which the statistic is undefined (None) are left out; None if it always is.
    """
    if not clusters:
        return None
    drawn = _resamples(len(clusters), seed, draws)
    values = [v for row in drawn.tolist() if (v := statistic([clusters[i] for i in row])) is not None]
    return _ends(np.array(values)) if values else None


def mean(values: Mapping[str, float], seed: int) -> Estimate:
    """The mean of one system's metric over calls, with its interval; a metric of 0 and 1 alone is a share.

    The resamples depend on the number of calls and the seed alone, so that systems measured on the same calls are
    resampled alike. Raises ValueError if there are no calls.
    """
    column = np.array([values[call] for call in sorted(values)], dtype=np.float64)
    if len(column) and np.isin(column, (0.0, 1.0)).all():
        return Estimate(float(column.mean()), *wilson(int(column.sum()), len(column)), len(column))
    return _estimate(column, seed)


def difference(a: Mapping[str, float], b: Mapping[str, float], seed: int) -> Estimate:
    """The mean of a minus b over the calls in both, resampled in pairs. Raises ValueError if they share none."""
    shared = sorted(a.keys() & b.keys())
    return _estimate(np.array([a[call] - b[call] for call in shared], dtype=np.float64), seed)


def _estimate(column: _Floats, seed: int) -> Estimate:
    if not len(column):
        raise ValueError("no calls to measure")
    low, high = _ends(column[_resamples(len(column), seed, RESAMPLES)].mean(axis=1))
    return Estimate(float(column.mean()), low, high, len(column))


def _resamples(n: int, seed: int, draws: int) -> NDArray[np.int64]:
    """Indices of `n` measurements drawn with replacement, one row per resample."""
    return np.random.default_rng([seed, n]).integers(0, n, size=(draws, n))


def _ends(values: _Floats) -> tuple[float, float]:
    tail = (1 - LEVEL) / 2
    low, high = np.quantile(values, [tail, 1 - tail])
    return float(low), float(high)
