"""Patterns of values once spoken numbers are digits: one pattern and one canonical form per kind."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal

import phonenumbers

Canonical = Callable[[re.Match[str], bool], str | None]

_MONTHS = {
    m: i
    for i, m in enumerate(["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"], start=1)
}
_MONTH = (
    r"(?P<month>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?"
    r"|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\b\.?"
)
_DAY = r"(?P<day>[12]\d|3[01]|0?[1-9])(?:st|nd|rd|th)?\b"
_YEAR = r"(?:,?\s+(?P<year>20\d\d|20 [123]\d)\b)?"
_WEEKDAYS = {d: i for i, d in enumerate(["mon", "tue", "wed", "thu", "fri", "sat", "sun"], start=1)}
_DEFAULT_YEAR = 2026
_CURRENCIES = {"$": "USD", "€": "EUR", "£": "GBP", "d": "USD", "b": "USD", "u": "USD", "e": "EUR", "p": "GBP"}
_CURRENCIES |= {"q": "GBP", "g": "GBP", "c": "USD"}
_AMOUNT = r"(?:\d 0 \d|(?<!\d,)\d[\d,]*(?:\.\d{1,2})?)"
_UNIT = r"(?P<unit>minute|min|hour|hr|day|week|month|year)s?\b"
_MERIDIEM = r"(?P<half>a\.?\s?m\b\.?|p\.?\s?m\b\.?|in the (?:morning|afternoon|evening))"
_MONEY_CUE = (
    r"(?:amount|charged?|refund(?:ed|ing)?|paid|pay|bill(?:ed)?|total|costs?|credit(?:ed)?|price|fee|balance|worth|charge"
    r"|payment|deposit|saw|shows?|only|owe)(?:\s+(?:is|was|were|are|of|for|me|you|your|them|at|to|by|about|the|a|says?|comes?|twice|it's|that's))*"
)
_ID_CUE = (
    r"(?:order|account|ticket|case|reference|ref|confirmation|tracking|booking|invoice|serial|claim|policy|id|code"
    r"|customer|member(?:ship)?|parcel|package|number|no\.|#)(?:\s+(?:number|no\.?|id|code|reference|#))?"
    r"(?:\s+(?:is|was|it's|that's|that is|um|uh|so|okay|ok|yes)|[:,#])*\s*"
)


def _money(match: re.Match[str], _spoken: bool) -> str | None:
    groups = match.groupdict()
    sign = (groups.get("sign") or groups.get("word") or "")[:1].lower()
    amount = Decimal(re.sub(r"[, ]", "", match["amount"]))
    if groups.get("kilo"):
        amount *= 1000
    if cents := groups.get("cents"):
        amount += Decimal(cents) / 100
    return f"{amount:.2f} {_CURRENCIES[sign]}"


def _cents(match: re.Match[str], _spoken: bool) -> str | None:
    return f"{Decimal(match['amount']) / 100:.2f} {'USD' if match['word'].lower().startswith('c') else 'GBP'}"


def _spoken_money(match: re.Match[str], spoken: bool) -> str | None:
    cents = match["cents"].replace(" ", "")
    return f"{match['amount']}.{cents}" if spoken else None


def _date(match: re.Match[str], _spoken: bool) -> str | None:
    groups = match.groupdict()
    year = (groups.get("year") or str(_DEFAULT_YEAR)).replace(" ", "")
    month, day = groups.get("month"), groups.get("day")
    if month is None:
        return f"---{int(day or 0):02d}"
    number = _MONTHS[month[:3].lower()]
    return f"{year}-{number:02d}-{int(day):02d}" if day else f"{year}-{number:02d}"


def _numeric_date(match: re.Match[str], _spoken: bool) -> str | None:
    first, second = int(match["first"]), int(match["second"])
    year = match["year"] or str(_DEFAULT_YEAR)
    month, day = (second, first) if first > 12 else (first, second)
    if not (1 <= month <= 12 and 1 <= day <= 31):
        return None
    return f"{int(year) + (2000 if len(year) == 2 else 0)}-{month:02d}-{day:02d}"


def _weekday(match: re.Match[str], _spoken: bool) -> str | None:
    return f"-W-{_WEEKDAYS[match['weekday'][:3].lower()]}"


def _relative(match: re.Match[str], _spoken: bool) -> str | None:
    return match.group().lower()


def _time(match: re.Match[str], _spoken: bool) -> str | None:
    groups = match.groupdict()
    hour, minute = int(match["hour"]), int((groups.get("minute") or "0").replace(" ", ""))
    past = (groups.get("past") or "").lower()
    if past:
        minute = {"half": 30, "quarter": 15}[past.split()[0]]
        if past.endswith(("to", "of")):
            hour, minute = hour - 1, 60 - minute
    half = (groups.get("half") or "").lower()
    if half.startswith("p") or "noon" in half or "evening" in half:
        hour = hour % 12 + 12
    elif half:
        hour %= 12
    return f"{hour:02d}:{minute:02d}" if hour < 24 and minute < 60 else None


def _noon(match: re.Match[str], _spoken: bool) -> str | None:
    return "12:00" if match.group().lower() == "noon" else "00:00"


def _duration(match: re.Match[str], _spoken: bool) -> str | None:
    unit = match["unit"][0].upper()
    timed = match["unit"].lower() in ("minute", "min", "hour", "hr")

    def iso(count: str) -> str:
        return f"P{'T' if timed else ''}{int(count)}{unit}"

    low = match["low"].lower()
    first = iso({"a": "1", "an": "1"}.get(low, "2" if low.startswith("a couple") else low))
    return f"{first}/{iso(match['high'])}" if match["high"] else first


def _phone(match: re.Match[str], _spoken: bool) -> str | None:
    digits = re.sub(r"\D", "", match["phone"])
    if not 7 <= len(digits) <= 15:
        return None
    if len(digits) == 7:
        return digits
    try:
        number = phonenumbers.parse(match["phone"] if "+" in match["phone"] else digits, "US")
    except phonenumbers.NumberParseException:
        return digits
    if phonenumbers.is_possible_number(number):
        return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    return digits


def _id(match: re.Match[str], _spoken: bool) -> str | None:
    spelled = re.sub(r"(?:[\s,]+[ia]\b)+[\s,-]*$", "", match["id"], flags=re.IGNORECASE)
    bare = re.sub(r"\b(?:dash|hyphen)\b|[^a-z0-9]", "", spelled, flags=re.IGNORECASE).upper()
    return bare if len(bare) >= 3 and any(c.isdigit() for c in bare) else None


def _number(match: re.Match[str], _spoken: bool) -> str | None:
    return format(Decimal(match["number"].replace(",", "")).normalize(), "f")


def _lower(match: re.Match[str], _spoken: bool) -> str | None:
    return re.sub(r"\s+dot\s+", ".", re.sub(r"\s+at\s+", "@", match.group().lower()))


def _percent(match: re.Match[str], _spoken: bool) -> str | None:
    return format(Decimal(match["number"]).normalize(), "f")


_ID_BODY = (
    r"(?P<id>(?:(?:[a-z]|\d+|[a-z]{1,4}\d[a-z\d]*|(?-i:[A-Z]{2,4})(?=[- ]?\d)|dash|hyphen)(?:\s?-\s?|,?\s|(?=\d)|\b))+)"
)
# A pattern that can fail must not retry from every position of what it has just read: that is quadratic.
_SOURCES: list[tuple[str, str, Canonical]] = [
    (
        "email",
        r"(?<![\w.+-])[\w.+-]+@[\w-]+(?:\.[\w-]+)+|(?<![\w.])[\w.]+ at [\w-]+ dot (?:com|net|org|co|io|example)\b",
        _lower,
    ),
    ("url", r"(?:https?://|www\.)[^\s,)]+[\w/]", _lower),
    ("money", rf"(?P<sign>[$€£])\s?(?P<amount>{_AMOUNT})(?P<kilo>k\b)?", _money),
    (
        "money",
        rf"\b(?P<amount>{_AMOUNT})\s?(?P<word>dollars?|bucks|usd|euros?|eur|pounds?|quid|gbp)\b"
        r"(?:(?:\s+and)?\s+(?P<cents>\d{1,2})(?!\d|:)(?:\s?(?:cents?|centimes?|pence|p)\b|(?=\s|[.,]|$)(?!\s+(?:days?|hours?|weeks?))))?",
        _money,
    ),
    ("money", r"\b(?P<amount>\d{1,2})\s?(?P<word>cents?|pence)\b", _cents),
    ("percent", r"\b(?P<number>\d+(?:\.\d+)?)\s?(?:%|percent\b|per cent\b)", _percent),
    ("phone", r"(?P<phone>\+\d[\d\s().-]{7,16}\d|\(?\b\d{3}\)?[\s.-]\d{3}[\s.-]\d{4}\b|\b\d{3}-\d{4}\b)", _phone),
    ("date", r"\b(?P<year>20\d\d)-(?P<first>\d\d)-(?P<second>\d\d)\b", _numeric_date),
    ("date", r"\b(?P<first>\d{1,2})/(?P<second>\d{1,2})(?:/(?P<year>20\d\d|\d\d))?\b", _numeric_date),
    ("date", rf"\b(?:the\s+)?{_DAY}\s+(?:of\s+)?{_MONTH}{_YEAR}", _date),
    ("date", rf"\b{_MONTH}\s+(?:the\s+)?{_DAY}{_YEAR}", _date),
    ("date", rf"\b{_MONTH}\s+(?P<year>20\d\d|20 [123]\d)\b", _date),
    ("time", rf"\b(?P<past>half past|quarter (?:past|to|of|after))\s+(?P<hour>\d{{1,2}})\b(?:\s*{_MERIDIEM})?", _time),
    ("time", rf"\b(?P<hour>\d{{1,2}}):(?P<minute>\d\d)(?:\s*{_MERIDIEM}|\b)", _time),
    ("time", rf"\b(?P<hour>1[0-2]|[1-9])(?:[\s.](?P<minute>[0-5]\d|0 \d))?\s*{_MERIDIEM}", _time),
    ("time", r"\b(?P<hour>1[0-2]|[1-9])\s+o'?\s?clock\b", _time),
    ("time", r"\b(?:noon|midnight)\b", _noon),
    (
        "duration",
        rf"\b(?P<low>\d+|an?(?= (?:day|week|month|year|hour|minute)\b)|a couple of)(?:\s?(?:to|or|-)\s?(?P<high>\d+))?"
        rf"[\s-](?:(?:business|working|calendar|full|more)\s)?{_UNIT}",
        _duration,
    ),
    (
        "date",
        r"\b(?:the|on)\s+(?P<day>[12]\d|3[01]|[1-9])(?:st|nd|rd|th)\b"
        r"(?!\s+(?:time|floor|party|one|attempt|option|call|try|order|item|of\s))",
        _date,
    ),
    ("date", r"\b(?P<weekday>monday|tuesday|wednesday|thursday|friday|saturday|sunday)s?\b", _weekday),
    ("date", r"\b(?:tomorrow|yesterday|tonight)\b", _relative),
    (
        "money",
        rf"\b(?:{_MONEY_CUE}|the|of|for|a)\s+(?P<amount>\d{{1,4}})\s(?P<cents>[1-9]\d|0 \d)(?!\s?\d|:)\b",
        _spoken_money,
    ),
    ("id", rf"\b{_ID_CUE}{_ID_BODY}", _id),
    ("phone", r"\b(?P<phone>\d(?:[\s-]?\d){9,10})\b", _phone),
    ("id", r"\b(?P<id>[A-Z]{1,5}-?\d{2,}(?:-?[A-Z\d]+)*|\d{5,}(?:-[A-Z\d]+)*|\d+[A-Z]+[A-Z\d]*)\b", _id),
    ("id", r"(?<![\w'])(?P<id>(?:[b-hj-z]\s|a\s(?=[a-z]\s|\d\s\d\s\d)){0,32}\d(?:[\s-]\d){3,})\b", _id),
    # A remaining spoken pair is a price, unless it may be a year.
    ("money", r"\b(?<!\d\s)(?!20\s[0-3]|19\s)(?P<amount>[1-9]\d)\s(?P<cents>[1-9]\d)(?!\s?\d|:)\b", _spoken_money),
    ("number", r"(?<![\w.])(?P<number>\d[\d,]*(?:\.\d+)?)(?![\w]|\.\d)", _number),
]
# An id recognised by its shape is upper-case: "4k" and "mp3" are not ids.
PATTERNS = [
    (kind, re.compile(source, 0 if kind == "id" and "A-Z]{1,5}" in source else re.IGNORECASE), canonical)
    for kind, source, canonical in _SOURCES
]
