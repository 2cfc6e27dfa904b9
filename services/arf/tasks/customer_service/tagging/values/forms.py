"""What a form of a value is: a pattern over projected text, and what its matches can stand for."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import NamedTuple


class Reading(NamedTuple):
    """One thing that a stretch of text can stand for: a kind of value and its canonical form."""

    kind: str
    canonical: str


Read = Callable[[re.Match[str], bool], Sequence[Reading]]
"""The readings of a match, the likeliest first, none if it is no value. The flag: some of it was spoken."""
Form = tuple[re.Pattern[str], Read]

CUT_BY_MARKS = r"(?<![\d.,'])"
"""A number is read from its beginning."""


def form(pattern: str, read: Read, flags: int = re.IGNORECASE) -> Form:
    """A form whose value is the group `value` of its pattern, or all of it. No pattern may be worse than linear."""
    return re.compile(pattern, flags), read


def clock(hour: int, minute: int, half: str = "") -> list[Reading]:
    """The times of day that a clock shows so: two where it has twelve hours and `half` is neither "a" nor "p"."""
    if not (0 <= hour < 24 and 0 <= minute < 60):
        return []
    if half:
        shown = [hour % 12 + (12 if half == "p" else 0)]
    else:
        shown = [hour, (hour + 12) % 24] if 1 <= hour <= 12 else [hour]
    return [Reading("time", f"{h:02d}:{minute:02d}") for h in shown]
