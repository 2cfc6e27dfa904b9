"""Cards, phones and ids said aloud: "four six four two two", "g a three one double oh", "forty six twenty two nine"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from arf.privacy.number_words import DIGITS, REPEATS, SCALES, TEENS, TENS
from arf.privacy.redaction import cues, numbers
from arf.privacy.redaction.stretch import Stretch
from arf.privacy.scanner.plain import BOUNDARY

_UNITS = {word: str(n) for word, n in DIGITS.items()} | {"oh": "0", "nought": "0", "nil": "0", "niner": "9"}
_TEENS = {word: str(n) for word, n in TEENS.items()}
_TENS = {word: str(n // 10) for word, n in TENS.items()}
_WORD = "|".join([*_UNITS, *_TEENS, *_TENS, *SCALES, *REPEATS])
# What people say between two figures. The last ones are what speech recognition makes of four, two and eight.
_FILLER = (
    r"(?:um+|uh+|er+m?|ah|hmm|you know|well|like|so|okay|ok|yes|yeah|right|that's|it's|dash|hyphen|minus|space"
    r"|slash|dot|point|and|then|followed by|for|to|too|won|ate)"
)
_END = r"(?![a-z\d'])"
_LETTER = r"[a-z](?:\s(?:as in|for|like)\s[a-z]{2,12})?"
_GAP = rf"[\s,.\-/]{{1,3}}(?:{_FILLER}{_END}[\s,.\-/]{{1,3}}){{0,3}}"
_RUN = re.compile(
    rf"(?<![a-z\d'])(?:(?:{_LETTER}|\d{{1,4}}){_END}{_GAP}){{0,8}}(?:{_WORD}){_END}"
    rf"(?:{_GAP}(?:{_WORD}|\d{{1,4}}|{_LETTER}){_END})*"
)
_TOKEN = re.compile(r"[a-z]+|\d+")
_COUNTED = re.compile(
    r"[\s-]*(?:dollars?|bucks|cents?|euros?|pounds?|quid|pence|percent|per cent|[ap]\.?\s?m\b|o'?\s?clock"
    r"|in the (?:morning|afternoon|evening)|(?:business |working )?days?|hours?|minutes?|seconds?|weeks?|months?|years?"
    r"|times|points?|items?|hundred|thousand|(?:of )?(?:january|february|march|april|may|june|july|august|september"
    r"|october|november|december)\b)"
)
_ALONE = re.compile(r"[^a-z\d]*(?:(?:yes|yeah|sure|ok|okay|it's|that's|it is|that is|um|uh|so)[^a-z\d]*){0,3}")


@dataclass(slots=True)
class _Group:
    """A number or a letter of the run: "forty six" is the group 46."""

    text: str
    start: int
    end: int
    counted: bool = False

    @property
    def is_letter(self) -> bool:
        return not self.text.isdecimal()


def find(low: str) -> Iterator[Stretch]:
    """Personal numbers said aloud in a lower-case text."""
    for run in _RUN.finditer(low):
        groups = _groups(run)
        if _COUNTED.match(low, run.end()):
            groups = groups[:-1]
        groups = _trimmed(groups)
        if _names_something(low, groups):
            yield _stretch(low, groups)


def _groups(run: re.Match[str]) -> list[_Group]:
    groups: list[_Group] = []
    repeat, joins = 1, False
    for token in _TOKEN.finditer(run.group()):
        word = token.group()
        start, end = token.start() + run.start(), token.end() + run.start()
        if word in REPEATS:
            repeat, joins = REPEATS[word], False
            continue
        last = groups[-1] if groups else None
        if word in SCALES:
            if last is not None and not last.is_letter:
                last.text, last.end, last.counted = str(int(last.text) * SCALES[word]), end, True
            joins = last is not None
            continue
        if word == "and" and last is not None and last.counted:
            continue
        figures = _figures(word)
        if figures is None:
            joins = False
            continue
        if joins and last is not None and _continues(last, word, figures):
            last.text, last.end = str(int(last.text) + int(figures)), end
        else:
            groups += [_Group(figures, start, end) for _ in range(repeat)]
        joins = word in _TENS or groups[-1].counted
        repeat = 1
    return groups


def _figures(word: str) -> str | None:
    """What a word of the run adds; None for a filler."""
    if word == "o":
        return "0"
    if word in _TENS:
        return _TENS[word] + "0"
    if len(word) == 1 or word.isdecimal():
        return word
    return _UNITS.get(word) or _TEENS.get(word)


def _continues(last: _Group, word: str, figures: str) -> bool:
    """Whether a word goes on with the number before: "forty six", "two hundred and five"."""
    if last.is_letter or figures == "0":
        return False
    room = len(last.text) - len(last.text.rstrip("0"))
    return word in (_UNITS if room == 1 else _UNITS | _TEENS | _TENS) and len(figures) <= room


def _trimmed(groups: list[_Group]) -> list[_Group]:
    """Without the article or pronoun that stood next to the number, and without letters that nothing joins to it."""
    while groups and groups[-1].text in ("a", "i"):
        groups = groups[:-1]
    while groups and groups[0].text in ("a", "i") and not (len(groups) > 1 and groups[1].is_letter):
        groups = groups[1:]
    return groups


def _names_something(low: str, groups: list[_Group]) -> bool:
    """Whether the run names something, rather than being a price, a time or a count."""
    figures = [g for g in groups if not g.is_letter]
    size = sum(len(g.text) for g in figures)
    singles = sum(len(g.text) == 1 for g in figures)
    if size < 3:
        return False
    if singles >= 3 or size >= 7 or len(figures) < len(groups) or (size >= 5 and len(figures) >= 3):
        return not (len(figures) == 1 and figures[0].counted)
    start = groups[0].start
    if cues.is_id(cues.before(low, start)):
        return True
    begin = low.rfind(BOUNDARY, 0, start) + 1
    alone = _ALONE.fullmatch(low[begin:start]) is not None
    return alone and cues.is_id(cues.asked(low, start))


def _stretch(low: str, groups: list[_Group]) -> Stretch:
    bare = "".join(g.text for g in groups)
    start, end = groups[0].start, groups[-1].end
    # "thirty five twenty" may be a price after all: only what was spelled out is put back in figures.
    spelled = all(len(g.text) == 1 for g in groups) or (len(bare) >= 7 and not any(g.counted for g in groups))
    if spelled:
        return numbers.stretch(low, start, end, bare, grouped=True, spoken=True)
    return Stretch("ID", start, end, bare.upper())
