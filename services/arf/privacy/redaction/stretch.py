"""The result of the finders: spans of a text, each with its value."""

from __future__ import annotations

from typing import NamedTuple


class Stretch(NamedTuple):
    """A stretch in code points, half-open, of a kind: CARD, PHONE, EMAIL, ID, ADDRESS or NAME.

    `value` is the same for every form of one value; `written` is how an answer writes it, empty for "as it stood".
    """

    kind: str
    start: int
    end: int
    value: str
    written: str = ""
