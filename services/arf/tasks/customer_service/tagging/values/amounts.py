"""Amounts of money, percentages and bare numbers, written as several countries do and as people say them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from decimal import Decimal
from functools import lru_cache

from arf.tasks.customer_service.tagging.values.forms import CUT_BY_MARKS, Form, Reading, clock, form

_WAYS = (
    re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?"),
    re.compile(r"\d{1,3}(?:\.\d{3})+(?:,\d+)?|\d+(?:,\d+)?"),
)
"""Figures with a decimal point, and those with a decimal comma."""
_CODES = ("USD", "EUR", "GBP", "CHF", "CAD", "AUD", "JPY", "INR", "SEK", "NOK", "DKK", "PLN", "CZK")
_CURRENCIES = {
    **{code.lower(): code for code in _CODES},
    "$": "USD",
    "us$": "USD",
    "€": "EUR",
    "£": "GBP",
    "¥": "JPY",
    "₹": "INR",
    "dollar": "USD",
    "buck": "USD",
    "euro": "EUR",
    "pound": "GBP",
    "quid": "GBP",
    "franc": "CHF",
    "yen": "JPY",
    "rupee": "INR",
}
_SCALES = {"k": 1000, "m": 1_000_000, "grand": 1000, "hundred": 100, "thousand": 1000, "million": 1_000_000}
_PAIR = re.compile(r"(\d\d?) (\d\d)")
_FIGURES = (
    rf"(?P<figures>{CUT_BY_MARKS}(?:\d{{1,3}}(?:[.,' ]\d{{3}}){{1,4}}(?:[.,]\d\d?)?(?!\d)"
    r"|(?<!\d )\d\d?\ \d\d(?=[ -]?[a-z$€£])|\d{1,15}(?:[.,]\d{1,3})?(?![\d,.]*\d)))"
)
_SIGN = rf"(?P<unit>(?:\bus)?[$€£¥₹]|\b(?:{'|'.join(_CODES)})\b)"
_UNIT = rf"(?P<unit>[$€£¥₹]|(?:dollar|buck|euro|pound|quid|franc|yen|rupee|{'|'.join(_CODES)})s?\b)"
_SCALE = r"(?P<scale>[km]\b|\s?(?:grand|hundred|thousand|million)\b)?"
_HALF = r"(?P<half>\sand\sa\shalf)?"
_CENTS = (
    r"(?:\s(?:and\s)?(?P<cents>\d\d?(?=\s?(?:cents?|pence|p)\b)|\d\d(?![\d:]|\s?(?:to|or|-)\s?\d|\s?%|[\s-](?:times|percent"
    r"|(?:business\s|working\s)?(?:minute|hour|day|week|month)s?)\b))(?:\s?(?:cents?|pence|p)\b)?)?"
)
_CUE = (
    r"\b(?:amount|charged?|refund(?:ed|ing)?|paid|pay|bill(?:ed)?|total|costs?|credit(?:ed)?|price|fee|balance|worth|charge"
    r"|payment|deposit|saw|shows?|only|owe|the|of|for|a)"
    r"(?:\s(?:is|was|were|are|of|for|me|you|your|them|at|to|by|about|the|a|says?|comes?|twice|it's|that's)){0,5}\s"
)


@lru_cache(maxsize=4096)
def _numbers(figures: str) -> tuple[Decimal, ...]:
    """What figures can stand for, by the ways of several countries: 1234 and 1.234 for "1,234"."""
    if pair := _PAIR.fullmatch(figures):
        whole, cents = pair.groups()
        said = [Decimal(f"{whole}{cents}"), Decimal(f"{whole}.{cents}")]
        return (*(said if len(whole) == 1 else reversed(said)), Decimal(cents))
    plain = re.sub(r"[ ']", "", figures)
    found = []
    if _WAYS[0].fullmatch(plain):
        found.append(Decimal(plain.replace(",", "")))
    if _WAYS[1].fullmatch(plain):
        found.append(Decimal(plain.replace(".", "").replace(",", ".")))
    return tuple(dict.fromkeys(found))


def _money(match: re.Match[str], _spoken: bool) -> Sequence[Reading]:
    said = match.groupdict()
    unit = (said.get("unit") or "").lower()
    scale = _SCALES[said["scale"].strip().lower()] if said.get("scale") else 1
    more = Decimal(said.get("cents") or 0) / 100 + (Decimal("0.5") * scale if said.get("half") else 0)
    found = [number * scale + more for number in _numbers(said["figures"])]
    return _amounts(found, _CURRENCIES.get(unit, _CURRENCIES.get(unit.removesuffix("s"), "")))


def _amounts(numbers: Iterable[Decimal], currency: str) -> list[Reading]:
    numbers = list(numbers)
    # Nobody names thousandths: what looks like them is thousands.
    cents = [n for n in numbers if n == round(n, 2)] or numbers
    return [Reading("money", f"{n:.2f} {currency}".rstrip()) for n in cents]


def _one_and(match: re.Match[str], _spoken: bool) -> Sequence[Reading]:
    cents = Decimal(50 if match["half"] else match["cents"])
    return _amounts([1 + cents / 100], _CURRENCIES[match["unit"].lower()])


def _cents(match: re.Match[str], _spoken: bool) -> Sequence[Reading]:
    return _amounts([Decimal(match["figures"]) / 100], "USD" if (match["unit"] or "p")[0].lower() == "c" else "GBP")


def _price(match: re.Match[str], spoken: bool) -> Sequence[Reading]:
    """Numbers as prices are said, "one twenty nine ninety nine"; a cue tells them from times, years and numbers."""
    if not spoken:
        return []
    said = match.groupdict()
    whole, cents = (said.get("hundreds") or "").strip() + said["whole"], said["cents"]
    price = _amounts([Decimal(f"{whole}.{cents}")], "")
    time = clock(int(whole), int(cents)) if int(whole) <= 12 else []
    if said.get("cue") or (len(whole) > 1 and not re.fullmatch("19|20[0-3]", whole + cents[0]) and whole != "19"):
        return [*price, *time]
    return [Reading("number", str(int(whole + cents))), *price, *time]


def _count(match: re.Match[str], _spoken: bool) -> Sequence[Reading]:
    kind = "percent" if match.groupdict().get("percent") else "number"
    return [
        Reading(kind, f"{n:f}".rstrip("0").rstrip(".") if n % 1 else f"{n:.0f}") for n in _numbers(match["figures"])
    ]


_ALONE = r"(?!\s?\d|:)\b"
NAMED: list[Form] = [
    form(rf"{_SIGN}\s?{_FIGURES}{_SCALE}", _money),
    form(rf"{_FIGURES}{_HALF}{_SCALE}[\s-]?{_UNIT}{_CENTS}", _money),
    form(rf"{_FIGURES}{_HALF}(?P<scale>\sgrand)\b", _money),
    form(r"\ba\s(?P<unit>dollar|euro|pound)\s(?:(?P<half>and\sa\shalf)|(?:and\s)?(?P<cents>\d\d))\b", _one_and),
    form(r"\b(?P<figures>\d\d?)(?:\s?(?P<unit>cents?|pence)\b|(?P<p>p)\b(?!\.))", _cents),
    form(rf"{_FIGURES}\s?(?P<percent>%|percent\b|per\scent\b)", _count),
]
"""Amounts and percentages that say what they are."""
PRICES: list[Form] = [
    form(rf"(?P<cue>{_CUE})(?P<value>(?P<hundreds>[1-9]\s)?(?P<whole>\d\d)\s(?P<cents>\d\d)){_ALONE}", _price),
    form(rf"(?P<cue>{_CUE})(?P<value>(?P<whole>\d{{1,4}})\s(?P<cents>\d\d)){_ALONE}", _price),
]
"""Amounts that say by the words before them what they are."""
BARE: list[Form] = [
    form(rf"\b(?<!\d\s)(?P<hundreds>[1-9]\s)?(?P<whole>[1-9]\d)\s(?P<cents>\d\d){_ALONE}", _price),
    form(rf"\b(?<!\d\s)(?P<whole>[1-9])\s(?P<cents>\d\d){_ALONE}", _price),
    form(rf"(?<!\w){_FIGURES}(?!\w)", _count),
]
"""What is left: pairs of numbers, and numbers."""
