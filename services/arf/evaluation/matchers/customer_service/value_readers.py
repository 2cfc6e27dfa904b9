"""Readers of the forms of values in summaries: a pattern and a function each, the most reliable first."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal

from arf.evaluation.matchers.customer_service.number_words import (
    DIGITS,
    NUMBER,
    ORDINAL,
    ORDINALS,
    amount_pair,
    cardinal,
    spoken_digits,
)

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
WEEKDAYS = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
_MONTH = "|".join(f"{m[:3]}(?:{m[3:]}|t)?\\.?" if len(m) > 3 else m for m in _MONTHS)
_CURRENCY = {"$": "USD", "€": "EUR", "£": "GBP", "dollar": "USD", "buck": "USD", "euro": "EUR", "pound": "GBP"}
UNIT_HOURS = {"minute": Decimal(1) / 60, "hour": Decimal(1), "day": Decimal(24), "week": Decimal(168)}
UNIT_HOURS |= {"month": Decimal(720), "year": Decimal(8760)}
_DEFAULT_YEAR = 2026


def compact(text: str) -> str:
    """An id normalised for comparison: upper-case, without spaces, hyphens and number signs."""
    return re.sub(r"[\s#-]", "", text).upper()


def _figure(text: str) -> int | None:
    text = text.lower()
    return int(text) if text.isdecimal() else 1 if text in ("a", "an") else cardinal(text)


def _money(match: re.Match[str]) -> str | None:
    sign, digits, word = match["sign"], match["digits"], match["word"]
    currency = (
        _CURRENCY[sign] if sign else _CURRENCY.get((word or "").lower().rstrip("s"), (match["code"] or "").upper())
    )
    return f"{Decimal(digits.replace(',', '')):.2f} {currency}".strip()


def _spoken_money(match: re.Match[str]) -> str | None:
    cents = cardinal(match["cents"]) if match["cents"] else 0
    currency = _CURRENCY[match["word"].lower().rstrip("s")]
    whole = cardinal(match["whole"])
    if whole is None:
        pair = amount_pair(match["whole"])
        if pair is None:
            return None
        whole, cents = pair
    return None if cents is None else f"{whole}.{cents:02d} {currency}"


def _spoken_price(match: re.Match[str]) -> str | None:
    """Two numbers in a row are a price, unless they could also be a time of day."""
    pair = amount_pair(match["pair"]) if cardinal(match["pair"]) is None else None
    return f"{pair[0]}.{pair[1]:02d}" if pair and pair[0] > 12 else None


def _date(match: re.Match[str]) -> str | None:
    groups = match.groupdict()
    if groups.get("iso"):
        return groups["iso"]
    day_text = re.sub(r"(?<=\d)(?:st|nd|rd|th)$", "", (groups.get("day") or "").lower())
    day = int(day_text) if day_text.isdecimal() else ORDINALS.get(day_text) or cardinal(day_text) or 0
    if not 1 <= day <= 31:
        return None
    if not groups.get("month"):
        return f"---{day:02d}"
    month_text = groups["month"].lower()
    names = [m[:3] for m in _MONTHS]
    month = int(month_text) if month_text.isdecimal() else names.index(month_text[:3]) + 1
    year = groups.get("year")
    return f"{year}-{month:02d}-{day:02d}" if year and int(year) != _DEFAULT_YEAR else f"--{month:02d}-{day:02d}"


def _weekday(match: re.Match[str]) -> str | None:
    return match.group().lower().removesuffix("s")


def _time(match: re.Match[str]) -> str | None:
    groups = match.groupdict()
    if groups.get("noon"):
        return "12:00" if groups["noon"].lower() == "noon" else "00:00"
    hour, minute = _figure(groups["hour"]), int(groups.get("minute") or 0)
    if groups.get("past"):
        minute = {"half past": 30, "quarter past": 15, "quarter to": 45}[groups["past"].lower()]
        hour = hour - 1 if hour is not None and groups["past"].lower() == "quarter to" else hour
    if hour is None or hour > 23 or minute > 59:
        return None
    half = (groups.get("half") or "").lower()
    if not half:
        return f"{hour}:{minute:02d}" if hour > 12 else f"{hour}:{minute:02d}?"
    morning = half.startswith("a") or "morning" in half
    return f"{hour % 12 + (0 if morning else 12):02d}:{minute:02d}"


def _duration(match: re.Match[str]) -> str | None:
    count = _figure(match["count"])
    return None if count is None else str(count * UNIT_HOURS[match["unit"].lower().rstrip("s")])


def _phone(match: re.Match[str]) -> str | None:
    digits = re.sub(r"\D", "", match.group())
    return digits if 10 <= len(digits) <= 15 or (len(digits) >= 7 and re.search(r"[-\s.]", match.group())) else None


def _id(match: re.Match[str]) -> str | None:
    text = compact(match.group())
    return text if re.search(r"\d{3}", text) or (re.search(r"\d", text) and re.search("[A-Z]", text)) else None


def _number(match: re.Match[str]) -> str | None:
    text = match.group().replace(",", "")
    if re.fullmatch(r"\d+(?:\.\d+)?", text):
        return text
    count = cardinal(text)
    return None if count is None else str(count)


def _as_is(match: re.Match[str]) -> str | None:
    return match.group().upper()


def _digits(match: re.Match[str]) -> str | None:
    return spoken_digits(match.group())


_HALF = r"(?P<half>a\.?m\b\.?|p\.?m\b\.?|in the morning|in the afternoon|in the evening|in the pm)"
_HOUR = rf"\d{{1,2}}|(?:{NUMBER})"
_FIGURE = rf"\d+|\b(?:{NUMBER})"
_AMOUNT = r"(?P<digits>\d[\d,]*(?:\.\d{1,2})?)"
# An ordinal before one of these words counts things and is not a day of the month.
_COUNTED = r"(?:time|floor|party|issue|problem|order|one|item|charge|payment|attempt|parcel|package|call|of)"
_ORDINAL_DAY = rf"\d{{1,2}}(?:st|nd|rd|th)|(?:{ORDINAL})"
_DAY = rf"\d{{1,2}}(?:st|nd|rd|th)?|(?:{ORDINAL})"
_YEAR = r"(?:,?\s+(?P<year>20\d\d))?"
_Reader = Callable[[re.Match[str]], str | None]


def _compile(kind: str, pattern: str, read: _Reader) -> tuple[str, re.Pattern[str], _Reader]:
    return kind, re.compile(pattern, re.IGNORECASE), read


# Most reliable first: what one reader takes, later ones do not see.
READERS = (
    _compile("email", r"\b[\w.+-]+@[\w-]+(?:\.[\w-]+)+\b", _as_is),
    _compile("date", r"\b(?P<iso>20\d\d-\d\d-\d\d)\b", _date),
    _compile("money", rf"(?P<sign>[$€£])\s?{_AMOUNT}(?P<word>(?!))?(?P<code>\s?(?:USD|EUR|GBP)\b)?", _money),
    _compile(
        "money", rf"\b(?P<sign>(?!))?{_AMOUNT}\s?(?:(?P<code>USD|EUR|GBP)|(?P<word>dollars?|bucks?|euros?|pounds?))\b",
        _money,
    ),
    _compile(
        "money",
        rf"\b(?P<whole>{NUMBER})\s+(?P<word>dollars?|bucks?|euros?|pounds?)\b"
        rf"(?:\s+(?:and\s+)?(?P<cents>{NUMBER})(?:\s+(?:cents?|pence)\b)?)?",
        _spoken_money,
    ),
    _compile("percent", r"\b\d+(?:\.\d+)?\s?(?:%|percent\b)", _as_is),
    _compile("date", rf"\b(?P<day>{_DAY})\s+(?:of\s+)?(?P<month>{_MONTH})\b{_YEAR}", _date),
    _compile("date", rf"\b(?P<month>{_MONTH})\s+(?:the\s+)?(?P<day>{_ORDINAL_DAY}|\d{{1,2}})\b(?!:){_YEAR}", _date),
    _compile("date", r"\b(?P<month>\d{1,2})/(?P<day>\d{1,2})(?:/(?P<year>20\d\d))?\b", _date),
    _compile("date", rf"(?<=\bthe )(?P<day>{_ORDINAL_DAY})\b(?!\s+{_COUNTED})", _date),
    _compile("date", rf"\b(?:{'|'.join(WEEKDAYS)})\b", _weekday),
    _compile("time", rf"\b(?P<hour>\d{{1,2}}):(?P<minute>\d\d)(?:\s*{_HALF})?", _time),
    _compile("time", rf"\b(?P<past>half past|quarter past|quarter to)\s+(?P<hour>{_HOUR})(?:\s*{_HALF})?", _time),
    _compile("time", rf"\b(?P<hour>\d{{1,2}}|{NUMBER})(?=\s+(?:and|to|or|-)\s+\w+\s*(?P<half>[ap]\.?m\b))", _time),
    _compile("time", rf"\b(?P<hour>\d{{1,2}}|{NUMBER})(?:\s*o'?clock)?\s*{_HALF}", _time),
    _compile("time", rf"\b(?P<hour>\d{{1,2}}|{NUMBER})\s+o'?clock\b", _time),
    _compile("time", r"\b(?P<noon>noon|midnight)\b", _time),
    _compile(
        "duration",
        rf"(?:(?:\b\d+|\b{NUMBER})(?:\s+(?:to|or)\s+|-))?(?P<count>{_FIGURE}|\ban?)[\s-]+(?:(?:full|business|working|calendar)\s+)?"
        r"(?P<unit>minutes?|hours?|days?|weeks?|months?|years?)\b",
        _duration,
    ),
    _compile("phone", r"\+?\b\d(?:[\s().-]{0,2}\d){6,14}\b", _phone),
    _compile(
        "id",
        r"#?\b(?:(?-i:[A-Z]{1,4}[-\s])(?=\d)(?:\d+-?)*\d+[A-Z]?|[A-Z]{1,4}\d[\dA-Z]*|\d+[A-Z]+\d*[A-Z\d]*|\d{4,}|\d{2,}-\d{2,})\b",
        _id,
    ),
    _compile("id", rf"\b{DIGITS}\b", _digits),
    _compile("money", rf"\b(?P<pair>{NUMBER})\b", _spoken_price),
    _compile("number", rf"\b\d[\d,]*(?:\.\d+)?\b|\b{NUMBER}\b", _number),
)  # fmt: skip
