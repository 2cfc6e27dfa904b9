"""Cards, phones, ids and IBANs in figures. Money, dates, times and quantities are left: the summary needs them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from arf.privacy.redaction import cues, numbers
from arf.privacy.redaction.stretch import Stretch
from arf.privacy.scanner.plain import BOUNDARY, masked

_YEAR = r"(?:19|20)\d\d"
_MONEY = r"(?:dollars?|bucks|usd|euros?|eur|pounds?|quid|gbp|cents?|pence|percent\b|per\s+cent\b|%)"
_UNIT = (
    r"(?:days?|hours?|hrs?|minutes?|mins?|seconds?|weeks?|months?|years?|times?|[gmt]b|kg|km|miles?|[cm]m|watts?|volts?|mbps"
    r"|[mg]?hz|points?|items?|units?|pieces?|boxes|people|px|[pkx])\b"
)
_END = r"(?![\w-]|[./]\d)"
# Only what the patterns below would take for an id; each begins with one character, so that the search is quick.
_PLAIN = re.compile(
    rf"[$€£¥]\s?\d[\d,]{{0,12}}(?:\.\d{{1,2}})?(?!\d)|\d(?<![\w.+-]\d)(?:"
    rf"(?<=[12])[09]\d\d-[01]\d-[0-3]\d{_END}"
    rf"|\d?/\d{{1,2}}(?:/(?:{_YEAR}|\d\d))?{_END}"
    rf"|\d?\.\d{{1,2}}\.{_YEAR}{_END}"
    rf"|\d{{0,5}}\.\d{{1,2}}{_END}"
    rf"|[\d,]{{3,9}}(?:\.\d{{1,2}})?\s?{_MONEY}"
    rf"|\d{{2,3}}[\s-]?{_UNIT})"
)
_TOKEN = r"(?:[a-z]{1,6}-)?[a-z]*\d[a-z\d]*"
_RUN = re.compile(rf"(?<![a-z\d])[+(]{{0,2}}{_TOKEN}(?:[-./()\s]{{1,3}}{_TOKEN})*")
_PART = re.compile(r"[a-z\d]+(?:-[a-z\d]+)*")
_IBAN = re.compile(r"(?<![a-z\d])[a-z]{2}\d{2}(?:\s?[a-z\d]{4}){2,7}(?:\s?[a-z\d]{1,4})?(?![a-z\d])")
_ANY_YEAR = re.compile(_YEAR)
_FIGURE = re.compile(r"\d")
_ALONE = re.compile(r"[^a-z\d]*(?:yes|yeah|sure|ok|okay|it's|that's|it is|that is)?[^a-z\d]*")


def plain_values(low: str) -> list[tuple[int, int]]:
    """Where money, dates, times and quantities stand, in order."""
    return [m.span() for m in _PLAIN.finditer(low)] if _FIGURE.search(low) else []


def find(low: str) -> Iterator[Stretch]:
    """Personal numbers of a lower-case text whose plain values are masked."""
    if not _FIGURE.search(low):
        return
    ibans = [m.span() for m in _IBAN.finditer(low) if sum(map(str.isdecimal, m.group())) >= 8]
    for start, end in ibans:
        yield Stretch("ID", start, end, re.sub(r"\s", "", low[start:end]).upper())
    for run in _RUN.finditer(masked(low, ibans)):
        yield from _run(low, run)


def _run(low: str, run: re.Match[str]) -> Iterator[Stretch]:
    parts = [(m.start() + run.start(), m.group()) for m in _PART.finditer(run.group())]
    figures = [sum(map(str.isdecimal, part)) for _, part in parts]
    whole = (
        len(parts) > 1
        and all(part.replace("-", "").isdecimal() for _, part in parts)
        # Two numbers in a row are two ids, unless the first is the code of an area.
        and (min(figures) < 5 or parts[0][1].startswith("0"))
        and (sum(figures) >= 7 or (len(parts) > 2 and max(figures) <= 4))
    )
    if whole:
        bare = "".join(part.replace("-", "") for _, part in parts)
        start = parts[0][0]
        if run.group()[0] in "+(":
            start = run.start()
        yield numbers.stretch(low, start, parts[-1][0] + len(parts[-1][1]), bare, grouped=True)
        return
    for (place, part), count in zip(parts, figures, strict=True):
        if _names_something(low, place, part, count):
            # The sign of a phone number belongs to it.
            start = place - 1 if place and low[place - 1] == "+" else place
            yield numbers.stretch(low, start, place + len(part), part.replace("-", ""), grouped="-" in part)


def _names_something(low: str, place: int, part: str, count: int) -> bool:
    """Whether one token is a number that names something, rather than one that counts."""
    if count >= 5 or (count >= 3 and count < len(part.replace("-", ""))):
        return True
    if count == 4:
        return not _ANY_YEAR.fullmatch(part) or cues.is_id(cues.before(low, place))
    if count < 2:
        return False
    if len(part) >= 6 and "-" not in part:
        return True
    lead = cues.before(low, place)
    return count == 3 and (cues.is_id(lead) or (_fills_turn(low, place, part) and cues.is_id(cues.asked(low, place))))


def _fills_turn(low: str, place: int, part: str) -> bool:
    begin = low.rfind(BOUNDARY, 0, place) + 1
    end = low.find(BOUNDARY, place)
    rest = low[place + len(part) : end if end >= 0 else len(low)]
    return _ALONE.fullmatch(low[begin:place]) is not None and not rest.strip(" .,!")
