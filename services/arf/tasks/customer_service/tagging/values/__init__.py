"""Finds a call's values in canonical form, written or spoken: money, dates, times, durations, ids, contacts."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from arf.calls.text import normalise
from arf.privacy.redaction import emails
from arf.privacy.scanner.plain import TAKEN, lower
from arf.tasks.customer_service.tagging.values import amounts, calendar, ids
from arf.tasks.customer_service.tagging.values.agreement import agree
from arf.tasks.customer_service.tagging.values.forms import Reading
from arf.tasks.customer_service.tagging.values.spoken import project

__all__ = ["Value", "find_values", "same"]

_FORMS = (
    *(*ids.WRITTEN[:1], *amounts.NAMED, *ids.WRITTEN[1:]),
    *(*calendar.DATES, *calendar.TIMES, *calendar.DURATIONS, *calendar.DAYS),
    *(*amounts.PRICES, *ids.IDS, *amounts.BARE),
)


@dataclass(frozen=True)
class Value:
    """One value: `kind` (money, percent, date, time, duration, number, id, phone, email, url), `canonical` form
    ("35.20 USD", "2026-03-14", "14:30", "P3D"), and the stretch of text it stands in, in code points, half-open.

    `readings` is all that it can stand for, where that is more: "3/4" is a day of March or of April.
    """

    kind: str
    canonical: str
    text: str
    start: int
    end: int
    readings: tuple[Reading, ...] = ()


@lru_cache(maxsize=4096)
def _find(text: str) -> tuple[Value, ...]:
    plain = normalise(text)
    found = []
    for mail in emails.find(lower(plain)):
        found.append(Value("email", mail.value, text[mail.start : mail.end], mail.start, mail.end))
        plain = plain[: mail.start] + TAKEN * (mail.end - mail.start) + plain[mail.end :]
    projection = project(plain)
    taken = bytearray(len(projection.text))
    for pattern, read in _FORMS:
        for match in pattern.finditer(projection.text):
            start, end = _body(match)
            if start >= end or any(taken[start:end]):
                continue
            readings = tuple(read(match, projection.is_spoken(start, end)))
            first, last = projection.origin(start, end)
            # "One" is too often a pronoun to count as a number on its own.
            if not readings or (readings[0].kind == "number" and text[first:last].lower() in ("one", "oh", "o")):
                continue
            taken[start:end] = b"\1" * (end - start)
            found.append(Value(*readings[0], text[first:last], first, last, readings))
    return tuple(sorted(found, key=lambda v: (v.start, v.end)))


def _body(match: re.Match[str]) -> tuple[int, int]:
    """The value itself, without the cue before it and the marks after it."""
    groups = match.groupdict()
    start = match.start("value") if "value" in groups else match.start()
    text = match.string[start : match.end()]
    # The full stop after a month ends the sentence.
    text = ids.without_stray(text.rstrip(" ,-." if "month" in groups else " ,-"))
    return start, start + len(text)


def find_values(text: str) -> list[Value]:
    """The values of a text in order. No two overlap; `text[v.start:v.end] == v.text`."""
    return list(_find(text))


def same(a: Value, b: Value) -> bool:
    """Whether two values are equal in one of their readings, apart from what one leaves open: month, currency, ..."""
    ours, theirs = (v.readings or (Reading(v.kind, v.canonical),) for v in (a, b))
    return any(agree(x, y) for x in ours for y in theirs)
