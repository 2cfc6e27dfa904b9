"""Projects spoken numbers to digits, so that the same patterns find written and spoken values."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass

from text_to_num import text2num

from arf.privacy.number_words import DIGITS, SCALES, TEENS, TENS

_UNITS = DIGITS | {"oh": 0, "o": 0, "nought": 0}
_ORDINALS = {
    word: value
    for value, word in enumerate(
        [
            "first",
            "second",
            "third",
            "fourth",
            "fifth",
            "sixth",
            "seventh",
            "eighth",
            "ninth",
            "tenth",
            "eleventh",
            "twelfth",
            "thirteenth",
            "fourteenth",
            "fifteenth",
            "sixteenth",
            "seventeenth",
            "eighteenth",
            "nineteenth",
        ],
        start=1,
    )
} | {"twentieth": 20, "thirtieth": 30}
_MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*"
_CARDINAL = "|".join([*DIGITS, "nought", *TEENS, *TENS, *SCALES, "double", "triple"])
_ANY = f"{_CARDINAL}|oh|o|{'|'.join(_ORDINALS)}"
_RUN = re.compile(
    rf"\b(?:(?:oh|o)[\s-]+(?=(?:{_CARDINAL})\b)|a\s+(?=(?:hundred|thousand)\b))?(?:{_CARDINAL}|{'|'.join(_ORDINALS)})\b"
    rf"(?:(?:[\s-]+|,\s+(?=(?:{'|'.join(DIGITS)}|oh)\b)|\s+and\s+|\s+point\s+)(?:{_ANY})\b)*",
    re.IGNORECASE,
)
_WORD = re.compile(r"[a-z]+", re.IGNORECASE)
_SPELLED = re.compile(r"\b([a-z])\s+(?:as in|for|like)\s+[a-z]+\b", re.IGNORECASE)
# Alone these are rarely numbers: "the second one", "at first".
_AMBIGUOUS = {"first", "second", "third"}


@dataclass(frozen=True)
class DigitProjection:
    """A text with its spoken numbers as digits, and a mapping of positions back to the original."""

    text: str
    spoken: tuple[tuple[int, int], ...]
    _new: tuple[int, ...]
    _old: tuple[int, ...]

    def origin(self, start: int, end: int) -> tuple[int, int]:
        """The part of the original that a part of the projection came from."""
        return self._back(start, last=False), self._back(end, last=True)

    def is_spoken(self, start: int, end: int) -> bool:
        """Whether any of a part of the projection was spelled out in words."""
        return any(a < end and start < b for a, b in self.spoken)

    def _back(self, place: int, *, last: bool) -> int:
        index = bisect_right(self._new, place) - 1
        if last and index > 0 and self._new[index] == place:
            index -= 1
        new, old = self._new[index], self._old[index]
        upper = self._old[index + 1] if index + 1 < len(self._old) else old + place - new
        replaced = any(a == new for a, _ in self.spoken)
        if replaced:
            return upper if last else old
        return min(old + place - new, upper)


def project(text: str) -> DigitProjection:
    """The text with "thirty five twenty" as "35 20", "the fourteenth" as "the 14th", "b as in bravo" as "b"."""
    pieces: list[str] = []
    new, old, spoken = [0], [0], []
    length = at = 0
    for start, end, figures in sorted(_replacements(text)):
        if start < at:
            continue
        pieces += [text[at:start], figures]
        length += start - at
        new.append(length)
        old.append(start)
        spoken.append((length, length + len(figures)))
        length += len(figures)
        new.append(length)
        old.append(end)
        at = end
    pieces.append(text[at:])
    return DigitProjection("".join(pieces), tuple(spoken), tuple(new), tuple(old))


def _replacements(text: str) -> list[tuple[int, int, str]]:
    found = [(m.start(), m.end(), m.group(1)) for m in _SPELLED.finditer(text)]
    for match in _RUN.finditer(text):
        for start, end, words in _ranges(match):
            if len(words) == 1 and words[0] in _AMBIGUOUS and not _beside_month(text, start, end):
                continue
            if figures := _figures(words):
                found.append((start, end, figures))
    return found


def _ranges(match: re.Match[str]) -> list[tuple[int, int, list[str]]]:
    """The run, split at each "and" that is not inside a number ("two and three" are two numbers)."""
    runs: list[tuple[int, int, list[str]]] = []
    words: list[str] = []
    start = end = match.start()
    for token in _WORD.finditer(match.group()):
        word = token.group().lower()
        place = match.start() + token.start()
        if word == "and" and not (words and words[-1] in SCALES):
            if words:
                runs.append((start, end, words))
            words = []
            continue
        if not words:
            start = place
        words.append(word)
        end = match.start() + token.end()
    if words:
        runs.append((start, end, words))
    return runs


def _beside_month(text: str, start: int, end: int) -> bool:
    after = re.match(rf"\s+(?:of\s+)?{_MONTH}\b", text[end : end + 16], re.IGNORECASE)
    before = re.search(rf"\b{_MONTH}\s+(?:the\s+)?$", text[max(0, start - 16) : start], re.IGNORECASE)
    return bool(after or before)


def _figures(words: list[str]) -> str:
    """A run of number words as digits, one group per number; empty if they are no numbers, as "hundred hundred"."""
    groups: list[list[str]] = []
    parts: list[str] = []
    repeat = 1
    joined = False
    for word in words:
        if word in ("double", "triple"):
            repeat = 2 if word == "double" else 3
        elif word == "point":
            joined = True
        elif repeat > 1:
            groups += [[word]] * repeat
            repeat = 1
        elif joined and groups:
            groups.append([".", word])
        elif groups and _continues(groups[-1], word):
            groups[-1].append(word)
        elif word != "and":
            groups.append([word])
    try:
        for group in groups:
            if group[0] == ".":
                digit = _number([group[1]])
                parts[-1:] = [parts[-1] + ("" if "." in parts[-1] else ".") + digit] if parts else [digit]
            else:
                parts.append(_number(group))
    except ValueError:
        return ""
    return " ".join(parts)


def _continues(group: list[str], word: str) -> bool:
    last = group[-1]
    if last in _ORDINALS or last in ("oh", "o", "zero", "nought"):
        return False
    if word in SCALES or (word == "and" and last in SCALES):
        return True
    small = word in _UNITS or _ORDINALS.get(word, 99) < 10
    if last in SCALES or last == "and":
        return word not in ("oh", "o", "zero", "nought")
    return last in TENS and small and word not in ("oh", "o", "zero", "nought")


def _number(group: list[str]) -> str:
    """The number; raises ValueError if the words are not one."""
    words = [w for w in group if w != "and"]
    last = words[-1]
    if last in _ORDINALS:
        value = _ORDINALS[last] + (int(_number(words[:-1])) if words[:-1] else 0)
        return f"{value}{_suffix(value)}"
    if len(words) == 1 and last in _UNITS:
        return str(_UNITS[last])
    if words[0] in SCALES or words[0] == "a":
        words = ["one", *words[words[0] == "a" :]]
    return str(text2num(" ".join("forty" if w == "fourty" else w for w in words), "en"))


def _suffix(value: int) -> str:
    if value % 100 in (11, 12, 13):
        return "th"
    return {1: "st", 2: "nd", 3: "rd"}.get(value % 10, "th")
