"""Normalises text, and splits it into sentences and words."""

from __future__ import annotations

import re
from dataclasses import dataclass

_QUOTES = str.maketrans({"‘": "'", "’": "'", "‛": "'", "“": '"', "”": '"', "–": "-", "—": "-", "\u00a0": " "})
# A full stop ends a sentence unless it follows an abbreviation or is inside a number.
_SHORT_FORMS = r"(?<!\bmr)(?<!\bmrs)(?<!\bms)(?<!\bdr)(?<!\bno)(?<!\bst)(?<!\be\.g)(?<!\bi\.e)(?<!\ba\.m)(?<!\bp\.m)"
_BREAK = re.compile(_SHORT_FORMS + r"[.!?]+[\"')\]]*(?=\s+[\"'(\[]?[A-Z0-9#@$€£]|\s*$)|\n+", re.IGNORECASE)


@dataclass(frozen=True)
class Sentence:
    """A sentence of a text and its span there, in code points, half-open."""

    index: int
    text: str
    start: int
    end: int


def normalise(text: str) -> str:
    """The text with typographic quotes, dashes and spaces made plain, code point for code point."""
    return text.translate(_QUOTES)


def sentences(text: str) -> list[Sentence]:
    """The sentences of a text in order; quotes and decimal points do not end one. Blank text has none."""
    found: list[Sentence] = []
    start = 0
    for match in _BREAK.finditer(normalise(text)):
        start = _add(found, text, start, match.end())
    _add(found, text, start, len(text))
    return found


def _add(found: list[Sentence], text: str, start: int, end: int) -> int:
    piece = text[start:end]
    if piece.strip():
        lead = len(piece) - len(piece.lstrip())
        body = piece.strip()
        found.append(Sentence(len(found), body, start + lead, start + lead + len(body)))
    return end


_WORD = re.compile(r"[^\W_]+(?:['.,:/-][^\W_]+)*")


def words(text: str) -> list[str]:
    """Lower-case words; numbers keep their inner points, contractions their apostrophes."""
    return [m.group().lower() for m in _WORD.finditer(normalise(text))]
