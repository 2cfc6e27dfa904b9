"""Payment card numbers among runs of digits: 13 to 19 digits that pass the Luhn check (ISO/IEC 7812-1).

A run that is such a number goes whole. A part of a run goes if it also begins as a known scheme's numbers do and has
their length: with a few digits more or less, one random number in ten would pass.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from arf.privacy.masking.digits import Run, Unit, runs

SHORTEST, LONGEST = 13, 19
_TAIL = 8
"""Digits that may follow in the same breath: expiry and CVV."""
_WORDS_AROUND = 3
_WORDS_BETWEEN = 8
# What a scheme's numbers begin with, and how long they are.
_SCHEMES = re.compile(
    r"4(?:\d{12}|\d{15}|\d{18})|5[1-5]\d{14}|3[47]\d{13}|3(?:0[0-5]|6\d|[89]\d)\d{11}|3[5]\d{14}"
    r"|(?:222[1-9]|22[3-9]\d|2[3-6]\d\d|27[01]\d|2720)\d{12}|220[0-4]\d{12}|6(?:011|4[4-9]\d|5\d\d)\d{12}"
    r"|62\d{14,17}|(?:50|5[6-9]|6\d)\d{14}"
)


def is_card(digits: str) -> bool:
    """13 to 19 digits, not all zero, that pass the Luhn check."""
    if not SHORTEST <= len(digits) <= LONGEST or not digits.strip("0"):
        return False
    doubled = (int(d) * (1 + place % 2) for place, d in enumerate(reversed(digits)))
    return sum(d - 9 if d > 9 else d for d in doubled) % 10 == 0


def has_scheme(digits: str) -> bool:
    """It begins and is as long as a card number of a scheme that is in use."""
    return _SCHEMES.fullmatch(digits) is not None


def cards(turns: Sequence[tuple[str, str]]) -> list[tuple[Unit, ...]]:
    """The units of each card number that turns (speaker, text) say, also if it is dictated over several turns."""
    found: list[tuple[Unit, ...]] = []
    for hundreds_add in (True, False):
        said = [runs(text, turn, hundreds_add=hundreds_add) for turn, (_, text) in enumerate(turns)]
        found += [card for own in said for run in own for card in _within(run.units, joined=False)]
        found += [card for units in _dictated(turns, said) for card in _within(units, joined=True)]
    return found


def _within(units: Sequence[Unit], *, joined: bool) -> list[tuple[Unit, ...]]:
    """The units of each card number, with the expiry and CVV that follow it."""
    # Telephone numbers one after the other are long groups; a card's are short, or all in one.
    long_groups = sum(unit.written and len(unit.digits) > 6 for unit in units) > 1
    digits = "".join(unit.digits for unit in units)
    if is_card(digits) and (has_scheme(digits) or not (joined or long_groups)):
        return [tuple(units)]
    for first in range(len(units)):
        digits = ""
        for last in range(first, len(units)):
            digits += units[last].digits
            if len(digits) > LONGEST:
                break
            if len(digits) > SHORTEST and is_card(digits) and has_scheme(digits):
                tail = units[last + 1 :]
                more = _within(tail, joined=True)
                ends = not more and not joined and sum(len(unit.digits) for unit in tail) <= _TAIL
                return [tuple(units[first:] if ends else units[first : last + 1]), *more]
    return []


def _dictated(turns: Sequence[tuple[str, str]], said: Sequence[Sequence[Run]]) -> list[tuple[Unit, ...]]:
    """Runs of one speaker that end one turn and begin the next, where nobody said much in between."""
    chains: list[tuple[Unit, ...]] = []
    open_chain: dict[str, tuple[list[Unit], int]] = {}
    spoken = [len(text.split()) for _, text in turns]
    for turn, (speaker, _) in enumerate(turns):
        units, last = open_chain.pop(speaker, ([], turn))
        own = said[turn]
        near = all(count <= _WORDS_BETWEEN for count in spoken[last + 1 : turn])
        if units and own and near and own[0].before <= _WORDS_AROUND:
            units = [*units, *own[0].units]
            if len({unit.turn for unit in units}) > 1:
                chains.append(tuple(units))
        else:
            units = []
        if own and own[-1].after <= _WORDS_AROUND:
            goes_on = bool(units) and len(own) == 1
            open_chain[speaker] = (units if goes_on else list(own[-1].units), turn)
    return chains
