"""The form of a summary: its length, its whole sentences, and how much of it is copied from the call."""

from __future__ import annotations

import re

from arf.calls.text import words
from arf.v1.transcript_pb2 import Call

MIN_WORDS = 12
MAX_WORDS = 60
MAX_COPIED_WORDS = 12

_ENDED = re.compile(r"[.!?][\"')\]]*\s*$")


def copied_run(summary: str, call: Call) -> int:
    """The length in words of the longest run that stands in one turn of the call word for word."""
    mine = words(summary)
    return max((_longest_common_run(mine, words(turn.text)) for turn in call.turns), default=0)


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


def _longest_common_run(a: list[str], b: list[str]) -> int:
    best = 0
    before = [0] * (len(b) + 1)
    for word in a:
        now = [0] * (len(b) + 1)
        for j, other in enumerate(b, 1):
            if word == other:
                now[j] = before[j - 1] + 1
        best = max(best, *now)
        before = now
    return best
