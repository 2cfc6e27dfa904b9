"""Sets of lower-case words, written as text."""

from __future__ import annotations


def word_set(text: str) -> frozenset[str]:
    """The words of a text that blanks part."""
    return frozenset(text.split())
