"""Finds a call's values in canonical form, written or spoken: money, dates, times, durations, ids, contacts."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from arf.calls.text import normalise
from arf.tasks.customer_service.tagging.values.patterns import PATTERNS
from arf.tasks.customer_service.tagging.values.spoken import project

__all__ = ["Value", "find_values", "same"]

_HOURS = {"PT24H": "P1D", "PT48H": "P2D", "PT72H": "P3D", "P7D": "P1W", "P14D": "P2W", "PT60M": "PT1H", "P12M": "P1Y"}


@dataclass(frozen=True)
class Value:
    """One value: `kind` (money, percent, date, time, duration, number, id, phone, email, url), `canonical` form
    ("35.20 USD", "2026-03-14", "14:30", "P3D"), and the stretch of text it stands in, in code points, half-open."""

    kind: str
    canonical: str
    text: str
    start: int
    end: int


@lru_cache(maxsize=4096)
def _find(text: str) -> tuple[Value, ...]:
    projection = project(normalise(text))
    taken = bytearray(len(projection.text))
    found: list[Value] = []
    for kind, pattern, canonicalise in PATTERNS:
        for match in pattern.finditer(projection.text):
            start, end = _body(match)
            if any(taken[start:end]):
                continue
            canonical = canonicalise(match, projection.is_spoken(start, end))
            if canonical is None:
                continue
            taken[start:end] = b"\1" * (end - start)
            first, last = projection.origin(start, end)
            # "one" and "two" are too often pronouns or chatter to count as numbers on their own.
            if kind == "number" and text[first:last].lower() in ("one", "zero", "oh", "o"):
                continue
            found.append(Value(kind, canonical, text[first:last], first, last))
    return tuple(sorted(found, key=lambda v: (v.start, v.end)))


def _body(match: re.Match[str]) -> tuple[int, int]:
    """The value itself, without the cue before it and the space after it."""
    groups = match.groupdict()
    start = match.start()
    for name in ("id", "amount"):
        if groups.get(name) is not None and not groups.get("sign"):
            start = match.start(name)
    # A full stop after a month ends the sentence.
    text = match.group().rstrip(" ,-." if "month" in groups else " ,-")
    # A pronoun or article after a spelled id is not its last letter.
    if "id" in groups:
        text = re.sub(r"(?:[\s,]+[ia])+$", "", text, flags=re.IGNORECASE)
    end = match.start() + len(text)
    return start, end


def find_values(text: str) -> list[Value]:
    """The values of a text in order. No two overlap; `text[v.start:v.end] == v.text`."""
    return list(_find(text))


def same(a: Value, b: Value) -> bool:
    """Whether two values are equal apart from what one leaves open: month, year, currency, am or pm."""
    if a.kind == b.kind:
        if a.canonical == b.canonical:
            return True
        if a.kind == "date":
            return _same_date(a.canonical, b.canonical)
        if a.kind == "time":
            return _same_time(a, b)
        if a.kind == "duration":
            return _HOURS.get(a.canonical, a.canonical) == _HOURS.get(b.canonical, b.canonical)
        if a.kind == "phone":
            return _digits(a.canonical)[-7:] == _digits(b.canonical)[-7:]
        if a.kind == "money":
            return _plain(a) == _plain(b) and not (" " in a.canonical and " " in b.canonical)
        return False
    loose = {"money", "number", "id", "phone", "percent"}
    if a.kind in loose and b.kind in loose and "number" in (a.kind, b.kind):
        return _plain(a) == _plain(b)
    if {a.kind, b.kind} == {"id", "phone"}:
        return _digits(a.canonical)[-7:] == _digits(b.canonical)[-7:]
    if "number" in (a.kind, b.kind) and {a.kind, b.kind} & {"time", "date", "duration"}:
        number, other = (a, b) if a.kind == "number" else (b, a)
        return number.canonical in (str(int(n)) for n in re.findall(r"\d+", other.canonical))
    return False


def _same_date(a: str, b: str) -> bool:
    if a.startswith("---") or b.startswith("---"):
        return a[-2:] == b[-2:] and "W" not in a + b
    return a.startswith(b + "-") or b.startswith(a + "-")


def _same_time(a: Value, b: Value) -> bool:
    if _marked(a) and _marked(b):
        return False
    (hour_a, minute_a), (hour_b, minute_b) = (v.canonical.split(":") for v in (a, b))
    return int(hour_a) % 12 == int(hour_b) % 12 and minute_a == minute_b


def _marked(value: Value) -> bool:
    """Whether a time says am or pm."""
    return bool(re.search(r"[ap]\.?\s?m|morning|noon|evening|midnight", value.text, re.IGNORECASE)) or not (
        1 <= int(value.canonical[:2]) <= 12
    )


def _plain(value: Value) -> str:
    digits = value.canonical.split(" ")[0]
    return digits.removesuffix(".00") if value.kind in ("money", "number", "percent") else digits.lstrip("+")


def _digits(text: str) -> str:
    return re.sub(r"\D", "", text)
