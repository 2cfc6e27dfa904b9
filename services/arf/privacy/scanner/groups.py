"""The numbers and single letters that a text says, in figures or in English words, in one pass over it."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from typing import NamedTuple

from arf.privacy.number_words import DIGITS, PLURALS, REPEATS, SCALES, TEENS, TENS, ZEROS

_UNITS = {word: str(n) for word, n in DIGITS.items()} | dict.fromkeys(ZEROS, "0") | {"niner": "9"}
_TEENS = {word: str(n) for word, n in TEENS.items()}
_TENS = {word: str(n) for word, n in TENS.items()}


def _one_of(words: Iterable[str]) -> str:
    """A pattern for any of the words that reads a first letter once, which is what most words of a text fail on."""
    rests = defaultdict(list)
    for word in sorted(words, key=len, reverse=True):
        rests[word[0]].append(word[1:])
    return "|".join(f"{first}(?:{'|'.join(rest)})" for first, rest in rests.items())


_WORDS = _one_of(word for word in {*_UNITS, *_TEENS, *_TENS, *SCALES, *REPEATS, *PLURALS} if len(word) > 1)
# An article or a pronoun is no letter that somebody spells.
_LETTER = rf"[b-hj-z](?<!'.)|[ai](?<!'.)(?!\s(?!as in |for |like |{_WORDS})[a-z]{{2}})"
_TOKEN = re.compile(rf"\d+|\b(?:{_WORDS}|{_LETTER})\b(?!')")
_BETWEEN = re.compile(r"[\s-]{1,3}")
_BETWEEN_SCALED = re.compile(r"[\s-]{1,3}(?:and\s{1,2})?")
_MOST_SCALED = 8
"""Words of a number such as "one million two hundred thousand"; it bounds how long one number can grow."""


class Group(NamedTuple):
    """A number or a letter that is said in one breath, with its place in code points, half-open.

    `text` is what it says in figures: "46" for "forty six". `apart` differs from it where hundreds may have been said
    without being added up: 4111 and 410011 for "forty one hundred eleven". `spelled`: each digit was said by itself.
    """

    text: str
    start: int
    end: int
    apart: str
    written: bool = False
    spelled: bool = False
    scaled: bool = False

    @property
    def is_letter(self) -> bool:
        """It is a letter, not a number."""
        return not self.text.isdecimal()


class _Token(NamedTuple):
    text: str
    start: int
    end: int


def groups(low: str) -> list[Group]:
    """The numbers and letters of a plain lower-case text, in order and apart."""
    tokens = [_Token(m[0], *m.span()) for m in _TOKEN.finditer(low.replace("_", " "))]
    found: list[Group] = []
    at = 0
    while at < len(tokens):
        group, at = _group(low, tokens, at)
        if group is not None:
            found.append(group)
    return found


def _group(low: str, tokens: list[_Token], at: int) -> tuple[Group | None, int]:
    """The group that begins at a token, if one does, and the token after it."""
    token = tokens[at]
    word = token.text
    if word[0].isdecimal():
        return Group(word, *token[1:], word, written=True, spelled=len(word) == 1), at + 1
    follower = tokens[at + 1].text if _follows(low, tokens, at + 1) else ""
    if word in REPEATS:
        digit = _UNITS.get(follower) or (follower if len(follower) == 1 and follower.isdecimal() else "")
        said = digit * REPEATS[word]
        return (Group(said, token.start, tokens[at + 1].end, said, spelled=True), at + 2) if digit else (None, at + 1)
    if follower in PLURALS and word in _UNITS and _UNITS[word] > "1":
        said = PLURALS[follower] * int(_UNITS[word])
        return Group(said, token.start, tokens[at + 1].end, said, spelled=True), at + 2
    if word in _UNITS or word in _TEENS or word in _TENS:
        return _number(low, tokens, at)
    return (Group(word, *token[1:], word, spelled=True), at + 1) if len(word) == 1 else (None, at + 1)


def _number(low: str, tokens: list[_Token], at: int) -> tuple[Group, int]:
    """The number in words that begins at a token: "six", "forty six", "two hundred and five"."""
    start = tokens[at].start
    said, after = _below_hundred(low, tokens, at)
    total, part, parts, scaled = 0, int(said), [said], False
    while after < min(len(tokens), at + _MOST_SCALED) and _follows(low, tokens, after):
        scale = SCALES.get(tokens[after].text)
        if not scale or not part:
            break
        part, scaled = part * scale, True
        parts[-1] = str(int(parts[-1]) * scale)
        after += 1
        if scale > 100:
            total, part = total + part, 0
        if not _follows(low, tokens, after, _BETWEEN_SCALED):
            break
        rest, beyond = _below_hundred(low, tokens, after)
        if not rest or rest == "0":
            break
        parts.append(rest)
        part, after = part + int(rest), beyond
    text = str(total + part) if scaled else said
    end = tokens[after - 1].end
    return Group(text, start, end, "".join(parts), spelled=len(said) == 1 and not scaled, scaled=scaled), after


def _below_hundred(low: str, tokens: list[_Token], at: int) -> tuple[str, int]:
    word = tokens[at].text
    if word not in _TENS:
        said = _UNITS.get(word) or _TEENS.get(word) or ""
        return said, at + 1 if said else at
    digit = _UNITS.get(tokens[at + 1].text, "0") if _follows(low, tokens, at + 1) else "0"
    return (_TENS[word][0] + digit, at + 2) if digit != "0" else (_TENS[word], at + 1)


def _follows(low: str, tokens: list[_Token], at: int, between: re.Pattern[str] = _BETWEEN) -> bool:
    """Whether there is a token here that nothing but a blank or a hyphen parts from the one before."""
    return at < len(tokens) and between.fullmatch(low, tokens[at - 1].end, tokens[at].start) is not None
