"""Phrase banks: sections of ready phrases, of which a third occurs in held-out calls alone."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from random import Random

from arf.corpus.generator.world import HELD_OUT

# A held-out call takes this share of its phrases from the bank that no train call sees.
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
    """Draws phrases for one call: never the same twice, and unseen ones for held-out calls alone."""

    def __init__(self, rng: Random, split: str) -> None:
        self._rng = rng
        self._split = split
        self._used: set[str] = set()

    def has(self, key: str) -> bool:
        """Whether there is such a section for this call."""
        return bool(self._bank(key))

    def pick(self, key: str, without: frozenset[str] = frozenset()) -> str:
        """A phrase of the section, none with a slot of `without`."""
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
