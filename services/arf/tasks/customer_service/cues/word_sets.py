"""Sets of lower-case words, written as text."""

from __future__ import annotations


def word_set(text: str) -> frozenset[str]:
    """The whitespace-separated words of a text."""
    return frozenset(text.split())
