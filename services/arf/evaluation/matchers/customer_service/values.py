"""Values in summary prose: money, dates, times, durations, ids, phones, e-mail addresses, plain numbers.

The evaluation's own reader, written apart from the one that the detectors use, so that they cannot share a mistake.
"""

from __future__ import annotations

import datetime
import re
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from arf.calls.text import normalise
from arf.evaluation.matchers.customer_service.value_readers import READERS, UNIT_HOURS, WEEKDAYS, compact


@dataclass(frozen=True)
class Value:
    """A value and its place in the text (code points, half-open).

    `canonical`: money `35.20 USD` (currency may be absent), date `2026-03-14`, `--03-14` or `---14`, or a weekday's
    name; time `14:30`, `2:30?` where morning or afternoon is open; duration in hours; an id upper-case and unspaced.
    """

    kind: str
    canonical: str
    text: str
    start: int
    end: int


def find_values(text: str) -> list[Value]:
    """The values of a text, in order, none overlapping another."""
    plain = normalise(text)
    found: list[Value] = []
    free = list(plain)
    for kind, pattern, read in READERS:
        for match in pattern.finditer("".join(free)):
            canonical = read(match)
            if canonical is not None:
                found.append(Value(kind, canonical, text[match.start() : match.end()], match.start(), match.end()))
                free[match.start() : match.end()] = "\x00" * (match.end() - match.start())
    return sorted(found, key=lambda v: v.start)


def agrees(value: Value, canonical: str) -> bool:
    """Whether a canonical gold value matches the written one, ignoring what the latter leaves open."""
    if value.kind == "money":
        return _same_money(value.canonical, canonical)
    if value.kind == "date":
        return _same_date(value.canonical, canonical)
    if value.kind == "time":
        return _same_time(value.canonical, canonical)
    if value.kind == "duration":
        hours = _iso_hours(canonical)
        return hours is not None and abs(Decimal(value.canonical) - hours) < Decimal("0.01")
    if value.kind == "phone":
        mine, gold = re.sub(r"\D", "", value.canonical), re.sub(r"\D", "", canonical)
        return len(gold) >= 7 and (mine.endswith(gold[-7:]) or gold.endswith(mine)) and gold[-4:] == mine[-4:]
    if value.kind == "number":
        return _same_money(value.canonical, canonical) or compact(canonical) == value.canonical
    return compact(canonical) == compact(value.canonical)


def _same_money(mine: str, gold: str) -> bool:
    amount, _, currency = mine.partition(" ")
    gold_amount, _, gold_currency = gold.partition(" ")
    try:
        equal = Decimal(amount) == Decimal(gold_amount)
    except InvalidOperation:
        return False
    return equal and (not currency or not gold_currency or currency == gold_currency)


def _same_date(mine: str, gold: str) -> bool:
    try:
        day = datetime.date.fromisoformat(gold[:10])
    except ValueError:
        return mine == gold.lower()
    if mine in WEEKDAYS:
        return WEEKDAYS[day.weekday()] == mine
    return day.isoformat().endswith(mine.lstrip("-")) if mine.startswith("-") else day.isoformat() == mine


def _same_time(mine: str, gold: str) -> bool:
    match = re.fullmatch(r"(?:.*T)?(\d{1,2}):(\d\d)(?::\d\d)?", gold)
    if match is None:
        return False
    hour, minute = int(match[1]), int(match[2])
    mine_hour, mine_minute = (int(p) for p in mine.rstrip("?").split(":"))
    same_hour = mine_hour % 12 == hour % 12 if mine.endswith("?") else mine_hour == hour
    return same_hour and mine_minute == minute


def _iso_hours(text: str) -> Decimal | None:
    match = re.fullmatch(r"P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?)?", text)
    if match is None or not any(match.groups()):
        return None
    units = ("year", "month", "week", "day", "hour", "minute")
    return sum((Decimal(n or 0) * UNIT_HOURS[u] for n, u in zip(match.groups(), units, strict=True)), Decimal(0))
