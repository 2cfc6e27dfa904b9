"""Finds money, dates, times and quantities in figures, which identify nobody and which a summary needs."""

from __future__ import annotations

import re
from collections.abc import Set

_SIGN = "[$€£¥₹₽₩₺₴₦₱฿₫₪₡₵₸₼₾¢]"
_CODES = [
    "usd",
    "eur",
    "gbp",
    "chf",
    "jpy",
    "cny",
    "inr",
    "aud",
    "cad",
    "nzd",
    "sek",
    "nok",
    "dkk",
    "pln",
    "czk",
    "huf",
    "ron",
    "try",
    "rub",
    "uah",
    "ils",
    "aed",
    "sar",
    "qar",
    "kwd",
    "zar",
    "ngn",
    "kes",
    "egp",
    "mxn",
    "brl",
    "ars",
    "clp",
    "cop",
    "krw",
    "sgd",
    "hkd",
    "twd",
    "thb",
    "idr",
    "myr",
    "php",
    "vnd",
    "pkr",
    "kr",
    "rs",
]
_MONTHS = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
]
_FIRST = frozenset([*_CODES, *_MONTHS, *(month[:3] for month in _MONTHS), "sept"])
_CODE = rf"(?:{'|'.join(_CODES)})\.?"
_MONEY = (
    rf"(?:{_SIGN}|%|(?:{_CODE}|dollars?|bucks|euros?|pounds?|quid|cents?|pence|percent|per\s+cent|yen|yuan|rupees?|francs?"
    r"|pesos?|kron(?:or|er|a|e)|zł|zlotys?|ro?ubles?|reais|rand|lira|dirhams?|riyals?|baht|shekels?)\b)"
)
_UNIT = (
    r"(?:days?|hours?|hrs?|minutes?|mins?|seconds?|secs?|weeks?|months?|years?|times|[kgmt]b(?:ps)?|kg|km|miles?|[cm]m"
    r"|watts?|volts?|[kmg]?hz|kwh|ml|litres?|liters?|inch(?:es)?|feet|ft|meters?|metres?|degrees?|calls?|words?"
    r"|points?|items?|units?|pieces?|boxes|people|persons?|users?|customers?|employees?|steps?|copies|pages?|tickets"
    r"|orders|bottles?|packs?|tons?|tonnes?|grams?|lbs?|ounces?|oz|credits?|stars?|votes?|seats?|guests?|px)\b"
)
_YEAR = r"(?:19|20)\d\d"
_MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6}"
_CLOCK = r"[:.h][0-5]\d(?::[0-5]\d(?:\.\d{1,6})?)?"
_NOON = r"\s?[ap]\.?\s?m\b"
_END = r"(?![\w-]|[./:]\d)"
# Each part begins with one kind of character, so that the search is quick; none repeats without a bound.
_IN_FIGURES = re.compile(
    rf"{_SIGN}\s?\d(?:[\d,.']{{0,14}}\d)?(?!\d)|\d(?<![\w.+-]\d)(?:"
    rf"(?<=[12])[09]\d\d[-/.][01]?\d[-/.][0-3]?\d(?:[t\s]{{1,2}}[0-2]?\d{_CLOCK}(?:z|[+-]\d\d:?\d\d)?)?{_END}"
    rf"|\d?[-/.][0-3]?\d[-/.](?:{_YEAR}|\d\d){_END}"
    rf"|\d?/\d{{1,2}}{_END}"
    rf"|\d?(?:st|nd|rd|th)?[\s-](?:of\s)?{_MONTH}(?:[\s,.-]{{1,2}}{_YEAR})?{_END}"
    rf"|\d?{_CLOCK}(?:{_NOON})?(?:\s?(?:-|to|until)\s?[0-2]?\d(?:{_CLOCK})?(?:{_NOON})?)?{_END}"
    rf"|\d?\s?(?:[0-5]\d)?{_NOON}"
    rf"|\d{{0,2}}(?:,\d{{3}}){{1,3}}(?:\.\d{{1,2}})?{_END}"
    rf"|\d{{0,5}}\.\d{{1,2}}{_END}"
    rf"|[\d,.']{{0,14}}(?:\s?(?:-|to|or)\s?\d[\d,.']{{0,14}})?\s?{_MONEY}"
    rf"|\d{{0,5}}(?:[.,]\d{{1,2}})?(?:\s?(?:-|to|or)\s?\d{{1,6}})?[\s-]?{_UNIT}"
    r"|\d{0,3}[hgmwv]\b|\d?[kx]\b|\d{2,3}p\b|\d{1,3}x\d{2,4}\b"
    rf"|\d{{0,4}}(?:st|nd|rd|th)\b)"
)
_NAMED_FIRST = re.compile(
    rf"\b(?:{_CODE}\s?\d(?:[\d,.']{{0,14}}\d)?|{_MONTH}[\s.-]{{1,2}}\d{{1,2}}(?:st|nd|rd|th)?(?:[\s,-]{{1,3}}{_YEAR})?){_END}"
)
_COUNTED = re.compile(
    rf"[\s-]{{0,2}}(?:{_MONEY}|(?:business |working |calendar ){_UNIT}|{_UNIT}|{_NOON}|o'?\s?clock"
    rf"|in the (?:morning|afternoon|evening)|(?:of )?{_MONTH}\b|point\b)"
)
_GROUPS = re.compile(r"[\d().\s-]{2,16}(?<=[().\s-])\Z")
_LAST_GROUP = re.compile(r"\d{2,4}\s?[a-z]")
_FIGURE = re.compile(r"\d")


def amounts(low: str, words: Set[str]) -> list[tuple[int, int]]:
    """The spans of money, dates, times and quantities in figures in a plain lower-case text, in order and disjoint.

    `words` are those of the text.
    """
    if not _FIGURE.search(low):
        return []
    patterns = (_IN_FIGURES,) if _FIRST.isdisjoint(words) else (_IN_FIGURES, _NAMED_FIRST)
    found = sorted(m.span() for pattern in patterns for m in pattern.finditer(low) if not _goes_on(low, m))
    apart: list[tuple[int, int]] = []
    for start, end in found:
        if not apart or start >= apart[-1][1]:
            apart.append((start, end))
        elif end > apart[-1][1]:
            apart[-1] = (apart[-1][0], end)
    return apart


def _goes_on(low: str, match: re.Match[str]) -> bool:
    """Whether it is instead the last group of a long number, as in "555 010 4477 calls"."""
    if not _LAST_GROUP.match(match[0]):
        return False
    before = _GROUPS.search(low, max(0, match.start() - 16), match.start())
    return before is not None and sum(map(str.isdecimal, before[0])) >= 5


def is_counted(low: str, end: int) -> bool:
    """Whether a unit, a currency or a month follows a number that ends here."""
    return _COUNTED.match(low, end) is not None
