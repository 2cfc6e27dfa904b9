"""Phrase banks: sections of phrases, of which a third occurs only in held-out calls."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from random import Random

from arf.corpus.generator.world import HELD_OUT

# Share of a held-out call's phrases that never occur in training calls.
_UNSEEN_SHARE = 0.5


@cache
def sections(name: str) -> dict[str, tuple[str, ...]]:
    """The sections of phrases/NAME.txt: `[key]`, then one phrase a line."""
    found: dict[str, list[str]] = {}
    text = files("arf.corpus.generator").joinpath("phrases", f"{name}.txt").read_text(encoding="utf-8")
    key = ""
    for line in text.splitlines():
        if line.startswith("[") and line.endswith("]"):
            key = line[1:-1]
            found[key] = []
        elif line:
            found[key].append(line)
    return {key: tuple(lines) for key, lines in found.items()}


class Chooser:
    """Draws phrases for one call: never the same twice; held-out phrases for held-out calls only."""

    def __init__(self, rng: Random, split: str) -> None:
        self._rng = rng
        self._split = split
        self._used: set[str] = set()

    def has(self, key: str) -> bool:
        """Whether this call may use such a section."""
        return bool(self._bank(key))

    def pick(self, key: str, without: frozenset[str] = frozenset()) -> str:
        """Draws a phrase of the section, without any slot in `without`."""
        bank = [p for p in self._bank(key) if not any(f"{{{slot}}}" in p for slot in without)]
        fresh = [p for p in bank if p not in self._used] or bank
        chosen = self._rng.choice(fresh)
        self._used.add(chosen)
        return chosen

    def _bank(self, key: str) -> tuple[str, ...]:
        seen = sections("train").get(key, ())
        if self._split != HELD_OUT:
            return seen
        unseen = sections(HELD_OUT).get(key, ())
        return unseen if unseen and (not seen or self._rng.random() < _UNSEEN_SHARE) else seen
