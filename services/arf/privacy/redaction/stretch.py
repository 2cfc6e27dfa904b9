"""What the finders find: stretches of a text, each with its value; and the plain copy of the text that they read."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

BOUNDARY = "\x00"
"""Stands between turns: no pattern matches it, so no value spans two of them."""

TAKEN = "\x01"
"""Stands where a finder has read already; no pattern matches it either."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """A stretch in code points, half-open, of a kind: CARD, PHONE, EMAIL, ID or NAME.

    `value` is the same for every form of one value; `written` is how an answer writes it, empty for "as it stood".
    """

    kind: str
    start: int
    end: int
    value: str
    written: str = ""


class _Plain(dict[int, str]):
    """Per code point: any script's digits as ASCII, any dash as "-", any blank as " ", what is invisible as "-"."""

    def __missing__(self, point: int) -> str:
        char = chr(point)
        category = unicodedata.category(char)
        if category == "Nd":
            plain = str(unicodedata.digit(char))
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


def plain(text: str) -> str:
    """The text, code point for code point, without the spellings that hide a value from a pattern."""
    return text if text.isascii() else text.translate(_PLAIN)


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
