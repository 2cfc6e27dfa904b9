"""Finds card verification values: three or four digits next to cue words, a card number or an expiry date."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from arf.privacy.masking.cards import Card
from arf.privacy.scanner.gaps import runs, turns
from arf.privacy.scanner.groups import Group

_CUE = re.compile(
    r"(?<![\[\w])(?:c[\s.-]{0,2}v[\s.-]{0,2}[vcn](?:[\s.]?2)?|c\.?s\.?c|cv2|cid"
    r"|(?:card )?(?:security|verification|validation|identification) (?:code|value|number|digits)|card code"
    r"|(?:three|four|3|4)[- ]digits?(?: (?:code|number|one|security|on|the|of|your|my|from|at|card)){0,6}"
    r" (?:back|front|strip|reverse)"
    r"|(?:code|numbers?|digits)(?: (?:on|at|from|the|of|your|my|card|that|is|are)){1,6} (?:back|front|reverse|strip))"
    r"(?!\w)"
)
_EXPIRES = re.compile(r"\bexp(?:ir(?:y|es|ing|ation|ed)|\.| date|\b)|\bvalid (?:thru|through|until|till|to)\b")
_EXPIRY = re.compile(r"(?:0?[1-9]|1[0-2])(?:20)?[2-4]\d")
_MONTH = re.compile(r"\b(?:jan|feb|mar|apr|may|june?|july?|aug|sept?|oct|nov|dec)[a-z]{0,6}\W{1,3}(?:of\W)?\Z")
_YEAR = re.compile(r"(?:20)?[2-4]\d")
_CALLED = re.compile(r"[\s,.:;-]{0,4}(?:(?:is|was|that's|it's|the|my|for|as|a|card|card's|that|on|it)[\s,]{1,3}){0,5}")
_CORRECTED = re.compile(r"\b(?:no|sorry|wait|actually|mean|rather|correction|not)\b")
_OF_ANOTHER = re.compile(
    r"\b(?:order|account|ticket|case|reference|invoice|zip|post ?code|postal|phone|ext|extension|room|flat|apartment)\b"
    r"[^\d.?!]{0,24}\Z"
)
_ASKS_ANOTHER = re.compile(r"\b(?:zip|post ?code|postal|order|account|phone|address|birth|name|e-?mail)\b[^?]{0,60}\?")
_CODE = re.compile(r"\b(?:code|back)\b[^\d.?!]{0,12}\Z")
_WORD = re.compile(r"[^\W\d_]+")
_WORDS_AFTER, _REACH, _MOST_RUNS = 12, 100, 4
_TURNS_AFTER, _TURNS_AFTER_CARD, _ECHOES = 8, 3, 3


class Cvv(NamedTuple):
    """A CVV's span, in code points, half-open, and its digits."""

    start: int
    end: int
    digits: str


def cvvs(low: str, groups: Sequence[Group], cards: Sequence[Card]) -> list[Cvv]:
    """The CVVs in a plain lower-case text whose turns BOUNDARY separates, repetitions included."""
    cues = [(m.start(), m.end()) for m in _CUE.finditer(low)]
    dates = [m.end() for m in _EXPIRES.finditer(low)]
    if not cues and not cards and not dates:
        return []
    said = _ShortNumbers(low, groups)
    found = [value for cue in cues if (value := said.answer(*cue)) is not None]
    for after in sorted({*dates, *(card.pieces[-1][1] for card in cards)}):
        found += said.beside(after)
    return sorted({value for first in set(found) for value in (first, *said.again(first))})


class _ShortNumbers:
    """The short numbers of a call by position."""

    def __init__(self, low: str, groups: Sequence[Group]) -> None:
        self._low = low
        self._turns = turns(low)
        self._runs = [run for run in runs(low, groups) if 3 <= sum(len(g.text) for g in run) <= 10]
        self._starts = [run[0].start for run in self._runs]

    def answer(self, start: int, end: int) -> Cvv | None:
        """The CVV that a cue is about: after it, before it, or in the next turns."""
        turn = self._turn(start)
        dated = _EXPIRES.search(self._low, max(self._turns[turn][0], start - _REACH), end + _REACH) is not None
        for run in self._from(end, self._turns[turn][1]):
            value = self._value(run, dated)
            if value is not None and self._words(end, run[0].start) <= _WORDS_AFTER:
                return value
        before = bisect_left(self._starts, start) - 1
        if before >= 0 and self._starts[before] >= self._turns[turn][0]:
            value = self._value(self._runs[before], dated=False)
            if value is not None and value.end <= start and _CALLED.fullmatch(self._low, value.end, start):
                return value
        for begin, finish in self._turns[turn + 1 : turn + 1 + _TURNS_AFTER]:
            for run in self._from(begin, finish):
                value = self._value(run, dated)
                lead = self._low[max(begin, run[0].start - 40) : run[0].start]
                if value and self._words(begin, run[0].start) <= _WORDS_AFTER and not _OF_ANOTHER.search(lead):
                    return value
            if _ASKS_ANOTHER.search(self._low, begin, min(finish, begin + 4 * _REACH)):
                return None
        return None

    def beside(self, after: int) -> Iterator[Cvv]:
        """The CVVs after a card number or a word for the expiry date, with that date or right after it."""
        turn = self._turn(after)
        for begin, finish in self._turns[turn : turn + 1 + _TURNS_AFTER_CARD]:
            here = max(begin, after)
            for run in self._from(here, finish):
                value = self._value(run, dated=True)
                if value is None or self._words(here, run[0].start) > _WORDS_AFTER:
                    continue
                lead = self._low[max(here, run[0].start - 40) : run[0].start]
                with_date = len(value.digits) < sum(len(g.text) for g in run)
                close = begin < after and len(value.digits) == 3 and self._words(here, run[0].start) <= 2
                if with_date or _CODE.search(lead) or (close and not _OF_ANOTHER.search(lead)):
                    yield value

    def again(self, value: Cvv) -> Iterator[Cvv]:
        """Repetitions of a CVV, and corrections of it."""
        known, turn = {value.digits}, self._turn(value.start)
        for begin, finish in self._turns[turn : turn + 1 + _ECHOES]:
            before = max(begin, value.end)
            for run in self._from(before, finish):
                digits = "".join(g.text for g in run)
                lead = self._low[max(before, run[0].start - _REACH) : run[0].start]
                if digits in known or (len(digits) == len(value.digits) and _CORRECTED.search(lead)):
                    known.add(digits)
                    yield Cvv(run[0].start, run[-1].end, digits)
                before = run[-1].end

    def _value(self, run: Sequence[Group], dated: bool) -> Cvv | None:
        """The CVV in a run of numbers, alone or beside an expiry date. `dated`: the run may be a date instead."""
        texts = [g.text for g in run]
        digits = "".join(texts)
        lead = self._low[max(0, run[0].start - 14) : run[0].start]
        is_date = _YEAR if _MONTH.search(lead) else _EXPIRY
        for cut in range(1, len(run)):
            date, code = "".join(texts[:cut]), "".join(texts[cut:])
            if len(code) in (3, 4) and is_date.fullmatch(date):
                return Cvv(run[cut].start, run[-1].end, code)
            if len(date) in (3, 4) and _EXPIRY.fullmatch(code) and len(code) > 3:
                return Cvv(run[0].start, run[cut - 1].end, date)
        if len(digits) not in (3, 4) or (dated and len(digits) == 4 and is_date.fullmatch(digits)):
            return None
        return Cvv(run[0].start, run[-1].end, digits)

    def _from(self, start: int, end: int) -> list[list[Group]]:
        """The next few short numbers up to the end of a turn."""
        first = bisect_left(self._starts, start)
        return self._runs[first : min(first + _MOST_RUNS, bisect_left(self._starts, end))]

    def _turn(self, place: int) -> int:
        return bisect_right(self._turns, (place, len(self._low))) - 1

    def _words(self, start: int, end: int) -> int:
        return len(_WORD.findall(self._low, start, end)) if end - start <= _REACH else _REACH
