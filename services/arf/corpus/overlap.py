"""Measures how much of the held-out calls' wording occurs in the training calls and could have been memorised."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from arf.calls.text import words
from arf.kit.errors import InvalidRecord
from arf.v1.transcript_pb2 import Call

Gram = tuple[str, ...]


@dataclass(frozen=True)
class Overlap:
    """Distinct n-grams of the held-out calls, and how many of them also occur in training calls."""

    n: int
    held_out: int
    shared: int

    @property
    def share(self) -> float:
        """The shared part, from 0 to 1; 0 if there are no n-grams."""
        return self.shared / self.held_out if self.held_out else 0.0


def overlap(train: Iterable[Call], held_out: Iterable[Call], n: int) -> Overlap:
    """Distinct word n-grams within turns, in lower case and without punctuation. Raises InvalidRecord if n < 1."""
    if n < 1:
        raise InvalidRecord("n", f"must be at least 1, not {n}")
    known = _grams(train, n)
    grams = _grams(held_out, n)
    return Overlap(n=n, held_out=len(grams), shared=len(grams & known))


def _grams(calls: Iterable[Call], n: int) -> set[Gram]:
    found: set[Gram] = set()
    for call in calls:
        for turn in call.turns:
            said = words(turn.text)
            found.update(tuple(said[i : i + n]) for i in range(len(said) - n + 1))
    return found
