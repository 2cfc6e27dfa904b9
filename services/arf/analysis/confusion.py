"""Counts of right and wrong predictions of one class, and the scores that follow from them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Confusion:
    """True and false positives and negatives; a score that the counts leave undefined is None."""

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
        """The number of predictions."""
        return self.tp + self.fp + self.fn + self.tn

    @property
    def positives(self) -> int:
        """The number of actual positives."""
        return self.tp + self.fn

    @property
    def flagged(self) -> int:
        """The number of predicted positives."""
        return self.tp + self.fp

    @property
    def recall(self) -> float | None:
        """True positives / actual positives."""
        return _share(self.tp, self.positives)

    @property
    def precision(self) -> float | None:
        """True positives / predicted positives."""
        return _share(self.tp, self.flagged)

    @property
    def balanced_accuracy(self) -> float | None:
        """The mean of both classes' recall."""
        spared = _share(self.tn, self.fp + self.tn)
        return None if self.recall is None or spared is None else (self.recall + spared) / 2

    @property
    def f1(self) -> float:
        """Harmonic mean of precision and recall; 0 if nothing was found correctly."""
        return 2 * self.tp / (self.positives + self.flagged) if self.tp else 0.0


def add(counts: Iterable[Confusion]) -> Confusion:
    """The sum of the counts."""
    tp = fp = fn = tn = 0
    for c in counts:
        tp, fp, fn, tn = tp + c.tp, fp + c.fp, fn + c.fn, tn + c.tn
    return Confusion(tp, fp, fn, tn)


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None
