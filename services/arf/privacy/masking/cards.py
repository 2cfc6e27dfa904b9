"""Finds payment card numbers in turns: 13 to 19 digits that pass the Luhn check (ISO/IEC 7812-1).

A run of digits that is such a number is masked whole. Part of a run, or digits with words or turns between them, are
masked only if prefix and length are those of a known card scheme: otherwise one random number in ten would pass. Words
may stand only between a card's groups, as in "4111 then you have 1111".
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from arf.privacy.scanner.gaps import BROKEN, FAR, PAUSE, Chain, chains
from arf.privacy.scanner.groups import Group

SHORTEST, LONGEST = 13, 19
# How many digits may follow directly: an expiry date, a CVV, or both.
_TAILS = frozenset((3, 4, 6, 7, 8, 9, 10))
# Prefixes and lengths of the schemes' numbers.
_SCHEMES = re.compile(
    r"4(?:\d{12}|\d{15}|\d{18})|5[1-5]\d{14}|3[47]\d{13}|3(?:0[0-5]|6\d|[89]\d)\d{11}|3[5]\d{14}"
    r"|(?:222[1-9]|22[3-9]\d|2[3-6]\d\d|27[01]\d|2720)\d{12}|220[0-4]\d{12}|6(?:011|4[4-9]\d|5\d\d)\d{12}"
    r"|62\d{14,17}|(?:50|5[6-9]|6\d)\d{14}"
)
_EXPIRY_AND_CVV = re.compile(r"(?:(?:0[1-9]|1[0-2])[2-4]\d|[2-4]\d(?:0[1-9]|1[0-2]))(?:\d{3,4})?")
_BREAKS = {14: (4, 10), 15: (4, 10)}
_DATE = re.compile(r"(?:19|20)\d\d[-/.]\d\d?[-/.]\d")
_COUNT = re.compile(r"(?:first|last|next|final|middle|remaining|following|other|all)\s(?:of\sthe\s)?")
_COUNTED = re.compile(r"\s(?:digits?|numbers?|groups?|sec(?:ond)?s?|moments?|minutes?|more)\b|\)\s")
_REPEATED = 3
"""Digits of a group from which on it is one that somebody says again, rather than a digit that comes twice."""

_DOUBLED = str.maketrans("0123456789", "0246813579")


@dataclass(frozen=True, slots=True)
class Card:
    """A card number and its spans, in code points, half-open; words or turns may lie between them."""

    digits: str
    pieces: tuple[tuple[int, int], ...]


def is_card(digits: str) -> bool:
    """Whether it is 13 to 19 digits, not all zero, that pass the Luhn check."""
    if not SHORTEST <= len(digits) <= LONGEST or not digits.strip("0"):
        return False
    return sum(map(int, digits[-1::-2] + digits[-2::-2].translate(_DOUBLED))) % 10 == 0


def has_scheme(digits: str) -> bool:
    """Whether prefix and length are those of a card scheme in use."""
    return _SCHEMES.fullmatch(digits) is not None


def cards(low: str, groups: Sequence[Group], speakers: Sequence[str]) -> list[Card]:
    """The card numbers in a plain lower-case text whose turns BOUNDARY separates, even if dictated over several."""
    if sum(len(g.apart) for g in groups if not g.is_letter) < SHORTEST:
        return []
    found = [
        Card(group.text[:length], ((group.start, group.end),))
        for group in groups
        for length in (15, 16)
        if len(group.text) > LONGEST
        and is_card(group.text[:length])
        and has_scheme(group.text[:length])
        and _EXPIRY_AND_CVV.fullmatch(group.text, length)
    ]
    # Speakers may be labelled wrongly: consecutive turns are also read as one speaker's.
    for said_by in (speakers, [""] * len(speakers)) if len(set(speakers)) > 1 else (speakers,):
        for chain in chains(low, groups, said_by):
            if sum(len(g.apart) for g in chain.groups) >= SHORTEST:
                for reading in _readings(low, chain):
                    found += _within(low, *reading)
    return found


def _readings(low: str, chain: Chain) -> Iterator[tuple[Chain, list[str]]]:
    """The ways to read a chain: hundreds added up or not, and without numbers that only count or are said twice."""
    added = [g.text for g in chain.groups]
    yield chain, added
    apart = [g.apart for g in chain.groups]
    if apart != added:
        yield chain, apart
    kept = [n for n, g in enumerate(chain.groups) if not _counts(low, g)]
    once = [n for n in kept if n == 0 or added[n] != added[n - 1] or len(added[n]) < _REPEATED]
    for some in (kept, once):
        if len(some) < len(added):
            yield chain.only(some), [added[n] for n in some]


def _counts(low: str, group: Group) -> bool:
    lead = low[max(0, group.start - 16) : group.start]
    begins = [m for m in _COUNT.finditer(lead) if m.end() == len(lead)]
    return len(group.text) <= 2 and (bool(begins) or _COUNTED.match(low, group.end) is not None)


def _within(low: str, chain: Chain, said: list[str]) -> Iterator[Card]:
    """The card numbers of a chain, each with the expiry date and CVV that directly follow it."""
    first = 0
    while first < len(said):
        last = _last(low, chain, said, first)
        if last is None:
            first += 1
            continue
        end, spare = last + 1, 0
        while end < len(said) and chain.gaps[end] == PAUSE and spare <= LONGEST:
            spare += len(said[end])
            end += 1
        end = end if spare in _TAILS and max(chain.gaps[first + 1 : last + 1], default=PAUSE) == PAUSE else last + 1
        yield Card("".join(said[first : last + 1]), chain.pieces(first, end))
        first = end


def _last(low: str, chain: Chain, said: list[str], first: int) -> int | None:
    """The last group of the card number that begins at the first group, if there is one."""
    digits, parted, widest = "", [], PAUSE
    for last in range(first, len(said)):
        gap = chain.gaps[last]
        if last > first:
            widest = max(widest, gap)
            if gap == FAR:
                parted.append(len(digits))
        digits += said[last]
        if widest == BROKEN or len(digits) > LONGEST:
            return None
        if is_card(digits):
            begins = chain.gaps[first] != PAUSE
            ends = last + 1 == len(said) or chain.gaps[last + 1] != PAUSE
            whole = widest == PAUSE and begins and ends
            if has_scheme(digits):
                grouped = all(at in _BREAKS.get(len(digits), (4, 8, 12, 16)) for at in parted)
                if whole or (len(digits) > SHORTEST and grouped):
                    return last
            elif whole and _is_one_number(low, chain.groups[first : last + 1]):
                return last
    return None


def _is_one_number(low: str, groups: Sequence[Group]) -> bool:
    """Whether groups form one number rather than consecutive phone numbers, or a date and a time."""
    return sum(g.written and len(g.text) > 6 for g in groups) < 2 and not _DATE.match(low, groups[0].start)
