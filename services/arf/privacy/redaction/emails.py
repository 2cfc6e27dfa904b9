"""E-mail addresses, written ("ana@example.com"), disguised ("ana (at) example dot com") and said aloud."""

from __future__ import annotations

import re
from collections.abc import Iterator

from arf.privacy.number_words import DIGITS, REPEATS, SCALES, TEENS, TENS
from arf.privacy.redaction.stretch import Stretch
from arf.privacy.redaction.words import section
from arf.privacy.scanner.groups import groups
from arf.privacy.scanner.plain import BOUNDARY, TAKEN

_LOCAL = frozenset("abcdefghijklmnopqrstuvwxyz0123456789._%+-'")
_DOMAIN = re.compile(r"\s?[\w-]{1,63}(?:\.[\w-]{1,63}){0,8}")
_DOT = r"\s{0,2}[\[({]\s?dot\s?[\])}]\s{0,2}"
_PROVIDERS = "gmail|googlemail|hotmail|yahoo|outlook|icloud|aol|proton ?mail|gmx"
_ENDINGS = "com|net|org|edu|co uk"
_HINT = re.compile(rf"dot|\.|point|period|\b(?:{_PROVIDERS}|{_ENDINGS})\b")
# In brackets it may stand right next to other words.
_SPOKEN_AT = re.compile(
    r"(?:[\[({]\s?at\s?[\])}]|(?<![\w@])[\[(]?\s?at(?:\s(?:sign|symbol))?\s?[\])]?(?![\w@]))\s{0,2}"
    r"(?P<domain>(?:[\w-]{1,63}\s{1,2}){0,3}?[\w-]{1,63}"
    rf"(?:(?:{_DOT}|\s{{1,2}}(?:dot|period|point)\s{{1,2}}|\.)[a-z]{{2,12}}(?![\w'])){{1,4}}"
    rf"|(?:{_PROVIDERS})\b(?:\s(?:{_ENDINGS})\b)?|[\w-]{{2,63}}\s(?:{_ENDINGS})\b)"
)
_TOKEN = re.compile(r"[\w'.+%-]+")
_CONNECTORS = {
    "dot": ".",
    "period": ".",
    "point": ".",
    "underscore": "_",
    "dash": "-",
    "hyphen": "-",
    "minus": "-",
    "plus": "+",
}
_NUMBERS = frozenset([*DIGITS, *TEENS, *TENS, *SCALES, *REPEATS, "oh"])
_CUE = re.compile(r"\b(?:e-?mail|mail|address|write|reach)\b")
_REACH, _LONGEST = 120, 100
_MOST_WORDS = 3


def find(low: str) -> Iterator[Stretch]:
    """Addresses in a lower-case text."""
    at = low.find("@")
    while at >= 0:
        found = _around(low, at)
        if found is not None:
            yield found
        at = low.find("@", at + 1)
    if "at" in low and _HINT.search(low):
        for match in _SPOKEN_AT.finditer(low):
            spoken = _spoken(low, match)
            if spoken is not None:
                yield spoken


def _around(low: str, at: int) -> Stretch | None:
    """The address around an at sign."""
    domain = _DOMAIN.match(low, at + 1)
    begin = at - 1 if at and low[at - 1] == " " else at
    start, first = begin, max(0, begin - _LONGEST)
    while start > first and (low[start - 1] in _LOCAL or (low[start - 1] > "\x7f" and low[start - 1].isalnum())):
        start -= 1
    while start < begin and low[start] in ".-'":
        start += 1
    if domain is None or start == begin:
        return None
    spaced = begin != at or domain.group()[0] == " "
    if spaced and "." not in domain.group():
        return None
    end = domain.end()
    return Stretch("EMAIL", start, end, re.sub(r"\s", "", low[start:end]))


def _spoken(low: str, match: re.Match[str]) -> Stretch | None:
    """The address before and after a spoken "at": its local part is read backwards as far as it goes."""
    place = match.start()
    begin = max(0, place - _REACH)
    begin = max(low.rfind(BOUNDARY, begin, place), low.rfind(TAKEN, begin, place), begin - 1) + 1
    lead = low[begin:place]
    tokens = list(_TOKEN.finditer(lead))
    cued = _CUE.search(lead) is not None
    bracketed = low[place] in "[({"
    taken, words, telling = len(tokens), 0, False
    while taken:
        word = tokens[taken - 1].group()
        joined = taken < len(tokens) and tokens[taken].group() in _CONNECTORS
        if word in _CONNECTORS:
            telling = True
        elif len(word) > 1 and word not in _NUMBERS and not word.isdecimal():
            if not joined:
                if word in section("not_local") or words == (_MOST_WORDS if cued else 1):
                    break
                words += 1
        elif word in ("a", "i") and not joined and taken < len(tokens) and len(tokens[taken].group()) > 1:
            break
        else:
            telling = True
        taken -= 1
    dotless = re.search(r"\.|dot|period|point", match["domain"]) is None
    if taken == len(tokens) or not (telling or cued or bracketed or (words and not dotless)):
        return None
    local = lead[tokens[taken].start() : tokens[-1].end()]
    address = f"{_written(local)}@{_written(re.sub(_DOT, '.', match['domain']))}"
    return Stretch("EMAIL", begin + tokens[taken].start(), match.end(), address, address)


def _written(said: str) -> str:
    """A part of an address as it is written: number words in figures, the words for signs as signs, no blanks."""
    pieces, at = [], 0
    for group in groups(said):
        if not group.written and not group.is_letter and said[group.start : group.end] != "o":
            pieces += [said[at : group.start], group.text]
            at = group.end
    return "".join(_CONNECTORS.get(word, word) for word in "".join([*pieces, said[at:]]).split())
