"""Limits of a good customer-service summary, shared by writer, detectors and task."""

from __future__ import annotations

from arf.calls.text import words
from arf.tasks.base import Bounds

BOUNDS = Bounds(min_words=12, max_words=60, max_copied_words=12)


def fits(text: str) -> bool:
    """Whether a text's number of words is within the limits."""
    return BOUNDS.min_words <= len(words(text)) <= BOUNDS.max_words
