"""Renders canonical values for a summary: one form per kind."""

from __future__ import annotations

import re

from arf.tasks.customer_service.tagging.slots import ActKind

_SIGNS = {"USD": "$", "GBP": "£", "EUR": "€"}
_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
_DATE = re.compile(r"^(.*)-(\d\d)-(\d\d)$")
_DURATION = re.compile(r"^P(T?)(\d+(?:\.\d+)?)([DWMYHS])$")
_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_UNITS = {"D": "day", "W": "week", "M": "month", "Y": "year", "TH": "hour", "TM": "minute", "TS": "second"}
# The default year of dates, which is not written out.
_SILENT_YEAR = "2026"
# These happen at their time rather than by it.
_APPOINTMENTS = frozenset({ActKind.TECHNICIAN_VISIT, ActKind.RESCHEDULE})


def amount_text(canonical: str) -> str:
    """$35.20 for "35.20 USD"; an unknown currency keeps its code, no currency gives the bare number."""
    number, _, currency = canonical.partition(" ")
    if currency in _SIGNS:
        return _SIGNS[currency] + number
    return f"{number} {currency}".strip()


def date_text(canonical: str) -> str:
    """14 March for "2026-03-14", Friday for "-W-5", the 14th for "---14"; a year other than the default is written."""
    if canonical.startswith("-W-"):
        return _WEEKDAYS[int(canonical[3:]) - 1]
    if canonical.startswith("---"):
        return f"the {_ordinal(int(canonical[3:]))}"
    match = _DATE.match(canonical)
    if not match or not 1 <= int(match[2]) <= 12:
        return canonical
    day = f"{int(match[3])} {_MONTHS[int(match[2]) - 1]}"
    return f"{day} {match[1]}" if match[1].isdigit() and match[1] != _SILENT_YEAR else day


def time_text(canonical: str) -> str:
    """2:30 pm for "14:30"."""
    hour, _, minute = canonical.partition(":")
    return f"{int(hour) % 12 or 12}:{minute[:2]} {'am' if int(hour) < 12 else 'pm'}"


def duration_text(canonical: str) -> str | None:
    """3 days for "P3D", 3 to 5 days for "P3D/P5D"; None if it is not a simple duration."""
    low, _, high = canonical.partition("/")
    if high:
        bounds = [duration_text(low), duration_text(high)]
        return f"{bounds[0].split()[0]} to {bounds[1]}" if bounds[0] and bounds[1] else None
    match = _DURATION.match(canonical)
    if not match or match[1] + match[3] not in _UNITS:
        return None
    unit = _UNITS[match[1] + match[3]]
    return f"{match[2]} {unit}" + ("" if match[2] == "1" else "s")


def deadline_text(kind: ActKind, deadline: str | None, time: str | None) -> str:
    """An act's deadline with its preposition and a leading space; empty if there is none."""
    words = ""
    if deadline:
        duration = duration_text(deadline)
        preposition = "within" if duration else "on" if kind in _APPOINTMENTS or time else "by"
        words = f" {preposition} {duration or date_text(deadline)}"
    return f"{words} at {time_text(time)}" if time else words


def _ordinal(day: int) -> str:
    suffix = "th" if 11 <= day <= 13 else {1: "st", 2: "nd", 3: "rd"}.get(day % 10, "th")
    return f"{day}{suffix}"
