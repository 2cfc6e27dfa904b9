"""Counts of right and wrong predictions of one class, and the scores that follow from them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Confusion:
    """True and false positives and negatives. A score that the counts do not define is None."""

    tp: int = 0
    fp: int = 0
    fn: int = 0
    tn: int = 0

    @classmethod
    def of(cls, truth: bool, predicted: bool) -> Confusion:
        """The counts of a single prediction."""
        return cls(
            int(truth and predicted),
            int(predicted and not truth),
            int(truth and not predicted),
            int(not truth and not predicted),
        )

    @property
    def n(self) -> int:
        """How many were predicted."""
        return self.tp + self.fp + self.fn + self.tn

    @property
    def positives(self) -> int:
        """How many truly are."""
        return self.tp + self.fn

    @property
    def flagged(self) -> int:
        """How many are said to be."""
        return self.tp + self.fp

    @property
    def recall(self) -> float | None:
        """Share of the true ones that are flagged."""
        return _share(self.tp, self.positives)

    @property
    def precision(self) -> float | None:
        """Share of the flagged ones that are true."""
        return _share(self.tp, self.flagged)

    @property
    def balanced_accuracy(self) -> float | None:
        """Mean of the recall of either class."""
        spared = _share(self.tn, self.fp + self.tn)
        return None if self.recall is None or spared is None else (self.recall + spared) / 2

    @property
    def f1(self) -> float:
        """Harmonic mean of precision and recall; 0 where nothing is right."""
        return 2 * self.tp / (self.positives + self.flagged) if self.tp else 0.0


def add(counts: Iterable[Confusion]) -> Confusion:
    """The counts of all predictions together."""
    tp = fp = fn = tn = 0
    for c in counts:
        tp, fp, fn, tn = tp + c.tp, fp + c.fp, fn + c.fn, tn + c.tn
    return Confusion(tp, fp, fn, tn)


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None
