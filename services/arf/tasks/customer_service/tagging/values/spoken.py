"""Projects spoken numbers to digits, so that the same patterns find written and spoken values."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from text_to_num import Token, find_numbers

from arf.privacy.number_words import DIGITS, REPEATS, SCALES, TEENS, TENS

_MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6}"
_TOKEN = re.compile(r"[^\W\d_]+|\d+|[^\w\s]")
_NUMBER_WORD = re.compile(
    r"\b(?:zero|one|t(?:w|hi|hr|ho|en)|f(?:o|i)|s(?:ix|even|econd)|eigh|nin|eleven|a couple|hundred|million)"
)
_SPELLED = re.compile(r"\b([a-z])\s{1,3}(?:as in|for|like)\s{1,3}[a-z]{1,20}\b", re.IGNORECASE)
_ARTICLE = re.compile(r"\ba\s{1,3}(?:couple|hundred|thousand|million)\b", re.IGNORECASE)
_OF_MONTH = re.compile(rf"\s{{1,3}}of\s|\s{{1,3}}{_MONTH}\b", re.IGNORECASE)
_AFTER_MONTH = re.compile(rf"\b{_MONTH}\s{{1,3}}(?:the\s{{1,3}})?$", re.IGNORECASE)
# Alone these are rarely numbers: "the second one", "at first".
_RARELY = frozenset({"first", "second", "third"})
_ZERO = frozenset({"oh", "o"})
_DIGIT_WORDS = frozenset({*DIGITS, *TEENS, *TENS})


@dataclass
class DigitProjection:
    """A text with its spoken numbers as digits; each of its characters knows where in the original it came from."""

    text: str = ""
    _starts: list[int] = field(default_factory=list)
    _ends: list[int] = field(default_factory=list)
    _spoken: bytearray = field(default_factory=bytearray)

    def add(self, piece: str, start: int, end: int, *, spoken: bool) -> None:
        """Appends what the original says from `start` to `end`."""
        size = len(piece)
        self.text += piece
        self._starts += [start] * size if spoken else range(start, end)
        self._ends += [end] * size if spoken else range(start + 1, end + 1)
        self._spoken += (b"\1" if spoken else b"\0") * size

    def origin(self, start: int, end: int) -> tuple[int, int]:
        """The part of the original that a part of the projection came from."""
        return self._starts[start], self._ends[end - 1]

    def is_spoken(self, start: int, end: int) -> bool:
        """Whether any of a part of the projection was spelled out in words."""
        return any(self._spoken[start:end])


def project(text: str) -> DigitProjection:
    """The text with "thirty five twenty" as "35 20", "the fourteenth" as "the 14th", "b as in bravo" as "b"."""
    projection = DigitProjection()
    at = 0
    found = [(m.start(), m.end(), m[1]) for m in _SPELLED.finditer(text)]
    for start, end, figures in sorted([*found, *_numbers(text)]):
        if start >= at:
            projection.add(text[at:start], at, start, spoken=False)
            projection.add(figures, start, end, spoken=True)
            at = end
    projection.add(text[at:], at, len(text), spoken=False)
    return projection


class _Word(Token):  # type: ignore[misc]
    """A word as text2num is to read it: "couple" as "two", and "oh" beside another number as "zero"."""

    def __init__(self, match: re.Match[str]) -> None:
        self.start, self.end = match.span()
        self.said = self.read = match[0].lower()

    def text(self) -> str:
        return self.read

    def nt_separated(self, previous: Token) -> bool:
        return False

    def not_a_number_part(self) -> bool:
        return self.said.isdecimal()


def _numbers(text: str) -> list[tuple[int, int, str]]:
    """The spoken numbers of a text and their figures; a digit said twice ("double eight") comes twice."""
    if not _NUMBER_WORD.search(text.lower()):
        return []
    words = [_Word(m) for m in _TOKEN.finditer(text)]
    articles = {m.start() for m in _ARTICLE.finditer(text)}
    for at, word in enumerate(words):
        before, after = ((words[n].said if 0 <= n < len(words) else "") for n in (at - 1, at + 1))
        if word.said in _ZERO and {before, after} & (_DIGIT_WORDS | _ZERO) and after not in ("'", "clock"):
            word.read = "zero"
        elif word.said == "couple" and before in ("a", "the"):
            word.read = "two"
    found: list[tuple[int, int, str]] = []
    for number in find_numbers(words, "en", threshold=0):
        first, last = words[number.start], words[number.end - 1]
        if first.said.isdecimal() or (first is last and first.said in _RARELY and not _in_date(text, first)):
            continue
        previous = words[number.start - 1] if number.start else first
        start, figures = first.start, number.text
        if previous.said in REPEATS and len(figures) == 1:
            start, figures = previous.start, " ".join(figures * REPEATS[previous.said])
        elif previous.start in articles:
            start = previous.start
        elif first.said in SCALES:
            # "A million million" is no number that is known for sure.
            if found and found[-1][1] == previous.end:
                found.pop()
            continue
        found.append((start, last.end, figures))
    return found


def _in_date(text: str, word: _Word) -> bool:
    """Whether a month or "of" stands beside an ordinal."""
    lead = text[max(0, word.start - 16) : word.start]
    return bool(_OF_MONTH.match(text, word.end) or _AFTER_MONTH.search(lead))
