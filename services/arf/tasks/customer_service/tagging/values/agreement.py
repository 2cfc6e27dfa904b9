"""Whether two readings are equal, apart from what one of them leaves open."""

from __future__ import annotations

import re
from decimal import Decimal

from arf.tasks.customer_service.tagging.values.forms import Reading

_DATE = re.compile(r"(\d{4}|-)-(\d\d|-)-?(\d\d)?")
_DURATION = re.compile(r"P(T?)(\d+)([SMHDWY])")
_SECONDS = {"TS": 1, "TM": 60, "TH": 3600, "D": 86_400, "W": 604_800, "M": 2_628_000, "Y": 31_536_000}
_OPEN = (None, "-")
# A month has 28 to 31 days.
_MONTHS_AND_DAYS = 0.08


def agree(a: Reading, b: Reading) -> bool:
    """Whether both can be the same thing; a bare number agrees with the value of another kind that it tells whole."""
    if a.kind == b.kind:
        return a.canonical == b.canonical or _agree_in_part(a.kind, a.canonical, b.canonical)
    if b.kind == "number":
        a, b = b, a
    if a.kind == "number":
        return _tells(a.canonical, b)
    return {a.kind, b.kind} == {"id", "phone"} and _subscriber(a.canonical) == _subscriber(b.canonical)


def _agree_in_part(kind: str, a: str, b: str) -> bool:
    if kind == "money":
        (number, _, currency), (other, _, their_currency) = a.partition(" "), b.partition(" ")
        return number == other and not (currency and their_currency)
    if kind == "date":
        return _same_date(a, b)
    if kind == "duration":
        return _same_duration(a, b)
    return kind == "phone" and _subscriber(a) == _subscriber(b)


def _same_date(a: str, b: str) -> bool:
    x, y = _DATE.fullmatch(a), _DATE.fullmatch(b)
    if x is None or y is None:
        return False
    return all(p == q or p in _OPEN or q in _OPEN for p, q in zip(x.groups(), y.groups(), strict=True))


def _same_duration(a: str, b: str) -> bool:
    ours, theirs = _DURATION.findall(a), _DURATION.findall(b)
    return len(ours) == len(theirs) > 0 and all(map(_as_long, ours, theirs))


def _as_long(a: tuple[str, str, str], b: tuple[str, str, str]) -> bool:
    (time, count, unit), (their_time, their_count, their_unit) = a, b
    length, other = _SECONDS[time + unit] * int(count), _SECONDS[their_time + their_unit] * int(their_count)
    in_months = [t + u in ("M", "Y") for t, u in ((time, unit), (their_time, their_unit))]
    return abs(length - other) <= (_MONTHS_AND_DAYS * max(length, other) if in_months[0] != in_months[1] else 0)


def _tells(number: str, other: Reading) -> bool:
    """Whether a bare number can stand for a value of another kind."""
    canonical = other.canonical
    if other.kind in ("money", "percent"):
        return Decimal(number) == Decimal(canonical.partition(" ")[0])
    if other.kind in ("id", "phone"):
        return number == canonical.lstrip("+")
    if not number.isdecimal():
        return False
    if other.kind == "time":
        hour, _, minute = canonical.partition(":")
        return minute == "00" and int(hour) % 12 == int(number) % 12 and int(number) < 24
    if other.kind == "date":
        match = _DATE.fullmatch(canonical)
        return match is not None and number in (match[1], (match[3] or "").lstrip("0"))
    return other.kind == "duration" and number in (count for _, count, _ in _DURATION.findall(canonical))


def _subscriber(text: str) -> str:
    return re.sub(r"\D", "", text)[-7:]
