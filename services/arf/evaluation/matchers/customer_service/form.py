"""Checks the form of a summary: its length and complete sentences."""

from __future__ import annotations

import re

from arf.calls.text import words

MIN_WORDS = 12
MAX_WORDS = 60
MAX_COPIED_WORDS = 12

_ENDED = re.compile(r"[.!?][\"')\]]*\s*$")


def form_error(summary: str) -> str:
    """What is wrong with the form; empty if nothing is."""
    count = len(words(summary))
    if count < MIN_WORDS:
        return f"{count} words, fewer than {MIN_WORDS}"
    if count > MAX_WORDS:
        return f"{count} words, more than {MAX_WORDS}"
    if not _ENDED.search(summary):
        return "its last sentence is not ended"
    return "" if not summary.lstrip()[:1].islower() else "its first sentence has no beginning"
