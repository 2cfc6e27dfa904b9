"""Compares words by their stems, and finds copied runs of words."""

from __future__ import annotations

import re

from arf.calls.text import words
from arf.v1.transcript_pb2 import Call

# Function words, which cannot be false by themselves.
_GRAMMAR = """
a an the and or but nor so if then than that this these those there here it its they them their he she him his her
who whom whose which what when where why how i you we us our your my me is are was were be been being am do does did
done has have had having will would shall should can could may might must to of in on at by for from with without
about into over under after before during until since as also not no yet still only just both each any some all more
most other another same such very too up out off again once per via because while within between through however now
currently later soon already further upon either neither itself himself herself themselves one ones
"""
_SUFFIXES = ("ations", "ation", "ings", "ing", "ments", "ment", "ions", "ion", "ies", "ied", "ed", "es", "ly", "s")


def stem(word: str) -> str:
    """The word without possessive and inflection: `refunded`, `refunds`, `refund` -> `refund`."""
    word = re.sub(r"'s$|'$", "", word)
    if len(word) < 4 or word[0].isdecimal():
        return word
    for suffix in _SUFFIXES:
        if word.endswith(suffix) and len(word) - len(suffix) >= 3 and not word.endswith("ss"):
            word = word[: -len(suffix)]
            break
    if len(word) > 3 and word[-1] == word[-2] and word[-1] != "s":
        word = word[:-1]
    return word.rstrip("ey") if len(word) > 3 else word


def forms(listed: str) -> frozenset[str]:
    """Maps listed words to their stems."""
    return frozenset(form for word in listed.split() for form in (word, stem(word)))


_IGNORED = forms(_GRAMMAR)


def content_words(text: str) -> list[str]:
    """The text's words without function words, in lower case."""
    return [w for w in words(text) if not w.endswith("n't") and w not in _IGNORED and stem(w) not in _IGNORED]


def copied_run(summary: str, call: Call) -> int:
    """The length in words of the longest run copied word for word from one turn of the call."""
    mine = words(summary)
    return max((_longest_common_run(mine, words(turn.text)) for turn in call.turns), default=0)


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
