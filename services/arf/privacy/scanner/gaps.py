"""What stands between two numbers: whether somebody goes on with the same number, in a turn and from turn to turn."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from arf.privacy.scanner.groups import Group
from arf.privacy.scanner.plain import BOUNDARY, TAKEN

PAUSE, NEAR, FAR, BROKEN = range(4)
"""Marks and fillers alone; a new turn after little else; other words or turns; what parts two numbers for good."""

_SAID_BETWEEN = "um uh er erm ah hmm and then dash hyphen space dot slash ok okay so next finally"
FILLERS = frozenset(_SAID_BETWEEN.split())
_WORD = re.compile(r"[^\W_]+")
_MARK = re.compile(r"[^\w\s]|_")
_MOST_BETWEEN, _MOST_WORDS, _LONGEST = 6, 8, 80
_WORDS_AROUND, _WORDS_OF_OTHERS, _WORDS_IN_ALL, _MOST_TURNS = 3, 8, 40, 12
_MONEY_BEFORE = re.compile(r"[$€£¥₹]\s?\Z")
_FOUR_MORE = re.compile(r"[ -]\d{4}[ -]\d{4}(?!\d)")
_MONEY_AFTER = re.compile(r"\s?(?:[$€£¥₹%]|(?:dollars?|bucks|euros?|pounds|quid|cents?|pence|percent|usd|eur|gbp)\b)")


@dataclass(frozen=True, slots=True)
class Chain:
    """Numbers that one speaker says one after the other; `gaps` says what stands before each."""

    groups: list[Group]
    gaps: list[int]

    def only(self, kept: Sequence[int]) -> Chain:
        """The chain without the other groups; what stood before those stands before the next."""
        gaps = [max(self.gaps[before + 1 : at + 1]) for before, at in pairwise([-1, *kept])]
        return Chain([self.groups[at] for at in kept], gaps)

    def pieces(self, first: int, end: int) -> tuple[tuple[int, int], ...]:
        """Where the groups from `first` up to `end` stand, those with pauses alone between them being one stretch."""
        starts = [at for at in range(first, end) if at == first or self.gaps[at] != PAUSE]
        return tuple((self.groups[at].start, self.groups[after - 1].end) for at, after in pairwise([*starts, end]))


def gap(low: str, start: int, end: int) -> int:
    """What a stretch of one turn between two numbers is."""
    if end - start > _LONGEST:
        return BROKEN
    between = low[start:end]
    if TAKEN in between or BOUNDARY in between or "[ca" in between or "[cv" in between:
        return BROKEN
    words = _WORD.findall(between)
    if FILLERS.issuperset(words) and len(words) + len(_MARK.findall(between)) <= _MOST_BETWEEN:
        return PAUSE
    return FAR if len(words) <= _MOST_WORDS else BROKEN


def chains(low: str, groups: Sequence[Group], speakers: Sequence[str]) -> list[Chain]:
    """The numbers of each speaker's turns, which BOUNDARY parts in the text. Money belongs to none."""
    bounds = turns(low)
    by_turn: list[list[Group]] = [[] for _ in bounds]
    for group in groups:
        if not group.is_letter:
            by_turn[bisect_right(bounds, (group.start, len(low))) - 1].append(group)
    lengths = [low.count(" ", *bound) + 1 for bound in bounds]
    open_chains: dict[str, tuple[Chain, int]] = {}
    for turn, own in enumerate(by_turn):
        if not own:
            continue
        speaker = speakers[turn]
        if speaker not in open_chains:
            open_chains[speaker] = Chain([], []), turn
        chain, last = open_chains[speaker]
        first = BROKEN
        if chain.groups:
            after = len(_WORD.findall(low, chain.groups[-1].end, bounds[last][1]))
            before = len(_WORD.findall(low, bounds[turn][0], own[0].start))
            near = turn - last <= _MOST_TURNS
            first = _new_turn(after, before, lengths[last + 1 : turn]) if near else BROKEN
        _add(low, chain, own, first)
        open_chains[speaker] = chain, turn
    return [chain for chain, _ in open_chains.values()]


def runs(low: str, groups: Sequence[Group]) -> list[list[Group]]:
    """Numbers with pauses alone between them; money is in none."""
    return [
        chain.groups[first:end]
        for chain in chains(low, groups, [""] * (low.count(BOUNDARY) + 1))
        for first, end in pairwise([*(at for at, kind in enumerate(chain.gaps) if kind != PAUSE), len(chain.gaps)])
    ]


def turns(low: str) -> list[tuple[int, int]]:
    """Where each turn stands."""
    cuts = [-1, *(m.start() for m in re.finditer(BOUNDARY, low)), len(low)]
    return [(before + 1, cut) for before, cut in pairwise(cuts)]


def _new_turn(after: int, before: int, others: Sequence[int]) -> int:
    """What stands between two turns with so many words around the numbers and in the turns of others between."""
    if max(after, before) <= _WORDS_AROUND and all(count <= _WORDS_OF_OTHERS for count in others):
        return NEAR
    return FAR if max(after, before) <= _MOST_WORDS and sum(others) <= _WORDS_IN_ALL else BROKEN


def _add(low: str, chain: Chain, own: Sequence[Group], first: int) -> None:
    """Adds the numbers of one turn, without money."""
    kind, paid, end = first, False, own[0].start
    for group in own:
        between = low[end : group.start]
        kind = max(kind, gap(low, end, group.start)) if group is not own[0] else first
        paid = (paid and between in (",", ".")) or is_money(low, group)
        if paid:
            kind = BROKEN
        else:
            chain.groups.append(group)
            chain.gaps.append(kind)
            kind = PAUSE
        end = group.end


def is_money(low: str, group: Group) -> bool:
    """Whether a sign or a word beside a number says that it is an amount."""
    lead = low[max(0, group.start - 2) : group.start]
    if _MONEY_AFTER.match(low, group.end) is not None:
        return True
    return _MONEY_BEFORE.search(lead) is not None and _FOUR_MORE.match(low, group.end) is None
