"""Means, paired differences and agreement with bootstrap percentile intervals (Efron and Tibshirani 1993)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

RESAMPLES = 4000
LEVEL = 0.95

_Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Estimate:
    """A number with the ends of its 95 % interval, from `n` calls."""

    value: float
    low: float
    high: float
    n: int


def mean(values: Mapping[str, float], seed: int) -> Estimate:
    """The mean over calls of one system's metric.

    The resamples depend on the number of calls and the seed alone, so that systems measured on the same calls are
    resampled alike. Raises ValueError if there are no calls.
    """
    return _estimate(_column(values), seed)


def difference(a: Mapping[str, float], b: Mapping[str, float], seed: int) -> Estimate:
    """The mean of a minus b over the calls that both have, resampled in pairs. Raises ValueError if they share none."""
    shared = sorted(a.keys() & b.keys())
    return _estimate(np.array([a[call] - b[call] for call in shared], dtype=np.float64), seed)


def agreement(a: Sequence[bool], b: Sequence[bool], seed: int) -> Estimate:
    """The share of items on which two judges agree."""
    x, y = _pair(a, b)
    return _estimate((x == y).astype(np.float64), seed)


def kappa(a: Sequence[bool], b: Sequence[bool], seed: int) -> Estimate:
    """Cohen's kappa (1960) of two judges; 1 where chance alone explains full agreement."""
    x, y = _pair(a, b)
    drawn = _resamples(len(x), seed)
    values = _kappas(x[drawn], y[drawn])
    low, high = _ends(values)
    return Estimate(float(_kappas(x[None, :], y[None, :])[0]), low, high, len(x))


def _kappas(x: NDArray[np.bool_], y: NDArray[np.bool_]) -> _Floats:
    observed = (x == y).mean(axis=1)
    p, q = x.mean(axis=1), y.mean(axis=1)
    chance = p * q + (1 - p) * (1 - q)
    certain = np.isclose(chance, 1.0)
    out: _Floats = np.where(certain, 1.0, (observed - chance) / np.where(certain, 1.0, 1 - chance))
    return out


def _pair(a: Sequence[bool], b: Sequence[bool]) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    if len(a) != len(b) or not a:
        raise ValueError(f"two judges need the same items, at least one: {len(a)} and {len(b)}")
    return np.array(a, dtype=np.bool_), np.array(b, dtype=np.bool_)


def _column(values: Mapping[str, float]) -> _Floats:
    return np.array([values[call] for call in sorted(values)], dtype=np.float64)


def _estimate(column: _Floats, seed: int) -> Estimate:
    if not len(column):
        raise ValueError("no calls to measure")
    low, high = _ends(column[_resamples(len(column), seed)].mean(axis=1))
    return Estimate(float(column.mean()), low, high, len(column))


def _resamples(n: int, seed: int) -> NDArray[np.int64]:
    return np.random.default_rng([seed, n]).integers(0, n, size=(RESAMPLES, n))


def _ends(values: _Floats) -> tuple[float, float]:
    tail = (1 - LEVEL) / 2
    low, high = np.quantile(values, [tail, 1 - tail])
    return float(low), float(high)
