"""The plain copy of a text that privacy reads: code point for code point, so that places stay the same."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

BOUNDARY = "\x00"
"""Stands between turns: no pattern matches it, so no value spans two of them."""

TAKEN = "\x01"
"""Stands where a finder has read already; no pattern matches it either."""

_MARKS = str.maketrans({BOUNDARY: " ", TAKEN: " "})
_ENCODED_BLANK = re.compile(r"%(?:20|2[cdef]|09|0[ad])|&(?:nbsp|#\d{1,5}|#x[\da-f]{1,4});", re.IGNORECASE)
_LETTERS_IN_FIGURES = re.compile(r"(?<=\d)[oO]{1,4}(?=\d)|(?<=\d)[lI](?=\d)")


class _Plain(dict[int, str]):
    """Per code point: digits of any script, also circled, as ASCII, dashes and invisible signs "-", blanks " "."""

    def __missing__(self, point: int) -> str:
        char = chr(point)
        category = unicodedata.category(char)
        number = unicodedata.numeric(char, -1.0)
        if number in range(10):
            plain = str(int(number))
        elif category == "Pd" or category == "Cf" or point in (0xFE0F, 0x20E3):
            plain = "-"
        elif category == "Zs":
            plain = " "
        elif char in "‘’‛":
            plain = "'"
        else:
            plain = unicodedata.normalize("NFKC", char)
        self[point] = plain = plain if len(plain) == 1 else char
        return plain


class _Lower(dict[int, str]):
    def __missing__(self, point: int) -> str:
        small = chr(point).lower()
        self[point] = small = small if len(small) == 1 else chr(point)
        return small


_PLAIN = _Plain()
_LOWER = _Lower()


def joined(texts: Iterable[str]) -> str:
    """The texts of turns, code point for code point, with BOUNDARY between them and nowhere else."""
    return BOUNDARY.join(text.translate(_MARKS) if BOUNDARY in text or TAKEN in text else text for text in texts)


def plain(text: str) -> str:
    """The text, code point for code point, without the spellings that hide a value from a pattern."""
    text = text if text.isascii() else text.translate(_PLAIN)
    if "%" in text or "&" in text:
        text = _ENCODED_BLANK.sub(lambda m: " " * len(m[0]), text)
    return _LETTERS_IN_FIGURES.sub(lambda m: ("1" if m[0] in "lI" else "0") * len(m[0]), text)


def lower(text: str) -> str:
    """The text in lower case, code point for code point."""
    return text.lower() if text.isascii() else text.translate(_LOWER)


def masked(text: str, stretches: list[tuple[int, int]]) -> str:
    """The text with TAKEN in place of the stretches, which are in order and do not overlap."""
    pieces = []
    at = 0
    for start, end in stretches:
        pieces += [text[at:start], TAKEN * (end - start)]
        at = end
    return "".join([*pieces, text[at:]]) if at else text
