"""Dates, times of day and durations, written as several countries do and as people say them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from dateutil.parser import ParserError, parse

from arf.tasks.customer_service.tagging.values.forms import Form, Reading, clock, form

_NO_YEAR = datetime(2028, 1, 1)
"""What a date that tells no year is completed from: any leap year, so that there is a 29 February."""
_DEFAULT_YEAR = 2026
"""The year of such a date in its canonical form."""
_MONTH = (
    r"(?P<month>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?"
    r"|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\b\.?"
)
_DAY = r"(?P<day>[12]\d|3[01]|0?[1-9])(?:st|nd|rd|th)?\b"
_YEAR = r"(?P<year>(?:19|20)\d\d|20\s[123]\d)\b"
_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_HALF = r"(?P<half>[ap])\s?\.?\s?m\b\.?|in\sthe\s(?:(?P<early>morning)|afternoon|evening)"
_HOUR = r"(?P<hour>1[0-2]|0?[1-9])"
_SPAN = r"(?P<unit>second|sec|minute|min|hour|hr|h|day|week|wk|fortnight|month|year|yr)s?\b"
_ISO = {"s": "TS", "mi": "TM", "h": "TH", "d": "D", "w": "W", "f": "W", "mo": "M", "y": "Y"}
_PARTS = {"TM": (60, "TS"), "TH": (60, "TM"), "D": (24, "TH"), "W": (7, "D"), "M": (30, "D"), "Y": (12, "M")}
_RATE = re.compile(r"(?:\d|once|twice|times)[\s,]*$", re.IGNORECASE)
_TIME_NEXT = re.compile(r"\b(?:at|by|around|about|before|until|till|it's|is|was)\s$", re.IGNORECASE)
_SHORT_HOUR = ("5", "10", "20", "25")


def _date(match: re.Match[str], _spoken: bool) -> Sequence[Reading]:
    """A date with its month in letters."""
    said = match.groupdict()
    year = (said.get("year") or "").replace(" ", "")
    try:
        day = parse(f"{said.get('day') or 1} {said['month'][:3]} {year}", default=_NO_YEAR)
    except ParserError:
        return []
    if not said.get("day"):
        return [Reading("date", f"{day:%Y-%m}")]
    return _readings([day], bool(year))


def _date_in_figures(match: re.Match[str], _spoken: bool) -> Sequence[Reading]:
    figures, found = match["date"], []
    for day_first in (False,) if figures[:4].isdecimal() else (False, True):
        try:
            day = parse(figures, dayfirst=day_first, default=_NO_YEAR)
        except ParserError:
            continue
        found += [day] if day not in found else []
    readings = _readings(found, len(re.findall(r"\d+", figures)) == 3)
    return readings if len(found) == 1 else [Reading("date", figures), *readings] if found else []


def _readings(days: Sequence[datetime], year_told: bool) -> list[Reading]:
    if year_told:
        return [Reading("date", f"{day:%Y-%m-%d}") for day in days]
    return [Reading("date", f"{year}-{day:%m-%d}") for year in (_DEFAULT_YEAR, "-") for day in days]


def _day_alone(match: re.Match[str], _spoken: bool) -> Sequence[Reading]:
    return [Reading("date", f"---{int(match['day']):02d}")]


def _weekday(match: re.Match[str], _spoken: bool) -> Sequence[Reading]:
    return [Reading("date", f"-W-{_WEEKDAYS.index(match['weekday'][:3].lower()) + 1}")]


def _relative(match: re.Match[str], _spoken: bool) -> Sequence[Reading]:
    return [Reading("date", re.sub(r"\s+", " ", match[0].lower()).replace("this evening", "tonight"))]


def _half_of_day(match: re.Match[str]) -> str:
    said = match.groupdict()
    if said.get("half"):
        return str(said["half"]).lower()
    return "a" if said.get("early") else "p" if re.search("in the (?:after|even)", match[0], re.IGNORECASE) else ""


def _time(match: re.Match[str], _spoken: bool) -> Sequence[Reading]:
    return clock(int(match["hour"]), int(match.groupdict().get("minute") or 0), _half_of_day(match))


def _time_or_price(match: re.Match[str], _spoken: bool) -> Sequence[Reading]:
    figures = f"{match['hour']}.{match['minute']}"
    times = clock(int(match["hour"]), int(match["minute"]))
    return [*times, Reading("money", figures), Reading("number", figures)] if times else []


def _time_by_the_hour(match: re.Match[str], spoken: bool) -> Sequence[Reading]:
    """ "Quarter past two", "ten to three", "half nine"; not "five to nine" where that is a range."""
    past, way, hour = match["past"].lower(), (match["way"] or "past").lower(), int(match["hour"])
    minutes = {"half": 30, "quarter": 15}.get(past) or int(re.sub(r"\D", "", past))
    if past.isdecimal():
        rising = way in ("to", "till") and minutes < hour
        if (
            not spoken
            or past not in _SHORT_HOUR
            or (rising and not _TIME_NEXT.search(match.string[: match.start()][-12:]))
        ):
            return []
    at = hour * 60 + (-minutes if way in ("to", "till", "of", "before") else minutes)
    return clock(at // 60 or 12, at % 60, _half_of_day(match))


def _noon(match: re.Match[str], _spoken: bool) -> Sequence[Reading]:
    return [Reading("time", "00:00" if match[0].lower() == "midnight" else "12:00")]


def _duration(match: re.Match[str], _spoken: bool) -> Sequence[Reading]:
    said = match.groupdict()
    unit = said["unit"].lower()
    iso = _ISO[unit[:2] if unit[:2] in _ISO else unit[0]]
    times = 2 if unit == "fortnight" else 1
    article = said["low"].lower().startswith("a")
    # "Five dollars a month" tells a rate, "wait a second" nothing.
    if article and (iso == "TS" or _RATE.search(match.string[max(0, match.start() - 12) : match.start()])):
        return []
    low = Decimal(1 if article else said["low"].replace(",", "."))
    if said.get("half") or said.get("and_half"):
        low += Decimal("0.5")
    if said.get("rest"):
        low += Decimal(said["rest"]) / 60 if iso == "TH" else 0
    high = said.get("high") or (2 if said.get("or_two") else None)
    found = _span(low * times, iso)
    return [Reading("duration", f"{found}/{_span(Decimal(high) * times, iso)}" if high else found)]


def _part_of(match: re.Match[str], _spoken: bool) -> Sequence[Reading]:
    parts = {"half": Decimal("0.5"), "quarter": Decimal("0.25"), "3 quarters": Decimal("0.75")}
    share = parts[
        next(p for p in ("half", "3 quarters", "quarter") if match[0].lower().removeprefix("a ").startswith(p))
    ]
    unit = match["unit"].lower()
    return [Reading("duration", _span(share, _ISO[unit[:2] if unit[:2] in _ISO else unit[0]]))]


def _span(count: Decimal, iso: str) -> str:
    """A duration by ISO 8601, in a smaller unit where it is no whole number of its own."""
    if count % 1 and iso in _PARTS:
        size, part = _PARTS[iso]
        count, iso = Decimal(round(count * size)), part
    return f"P{iso[:-1]}{int(count)}{iso[-1]}"


_A_HALF = r"\sand\sa\shalf\b"
DATES: list[Form] = [
    form(
        r"\b(?P<date>(?:19|20)\d\d([-/.])\d\d?\2\d\d?)(?:t\d\d:\d\d(?::\d\d(?:\.\d{1,6})?)?(?:z|[+-]\d\d:?\d\d)?)?\b",
        _date_in_figures,
    ),
    form(
        r"(?<![\d/.-])(?!24/7)(?P<date>\d\d?(?:/\d\d?(?:/(?:(?:19|20)\d\d|\d\d))?|([-.])\d\d?\2(?:(?:19|20)\d\d|\d\d)))(?![/\d-]|\.\d)",
        _date_in_figures,
    ),
    form(rf"\b(?:the\s)?{_DAY}[\s-](?:of\s)?{_MONTH}(?:[\s,-]{{1,2}}{_YEAR})?", _date),
    form(rf"\b{_MONTH}\s(?:the\s)?{_DAY}(?:,?\s{_YEAR})?", _date),
    form(rf"\b{_MONTH}\s{_YEAR}", _date),
]
TIMES: list[Form] = [
    form(
        rf"\b(?:(?P<past>half|quarter|\d\d?(?:\sminutes?)?)\s(?P<way>past|after|to|till|of|before)\s{_HOUR}\b"
        rf"(?![:\d]|\s(?:business|days?|hours?|weeks?|months?|minutes?|dollars?|euros?|pounds?|percent)\b)(?:\s?(?:{_HALF}))?)",
        _time_by_the_hour,
    ),
    form(
        rf"\b(?P<past>half)(?P<way>\s){_HOUR}\b(?![:.]?\d|\s(?:hours?|price|days?)\b)(?:\s?(?:{_HALF}))?",
        _time_by_the_hour,
    ),
    form(rf"\b(?P<hour>[01]?\d|2[0-3])[:h](?P<minute>[0-5]\d)(?::\d\d)?(?:\s?(?:{_HALF})|\b)", _time),
    form(rf"\b{_HOUR}(?:[\s.](?P<minute>[0-5]\d))?\s?(?:{_HALF})", _time),
    form(rf"\b{_HOUR}\so'?\s?clock\b(?:\s(?:{_HALF}))?", _time),
    form(
        r"\bat\s(?P<value>(?P<hour>[01]?\d|2[0-3])[\s.](?P<minute>[0-5]\d))\b(?![.,:]?\d|\s\d|\s?(?:%|percent))",
        _time_or_price,
    ),
    form(r"\b(?:noon|midday|midnight)\b", _noon),
]
DURATIONS: list[Form] = [
    form(rf"\b(?:half|a\squarter\sof|quarter\sof|3\squarters\sof)\san?\s{_SPAN}", _part_of),
    form(
        rf"\b(?P<low>\d{{1,4}}(?:[.,]\d)?|an?(?=\s))(?P<half>{_A_HALF})?(?:\s?(?:to|or|-)\s?(?P<high>\d{{1,3}}))?"
        rf"[\s-]?(?:of\s)?(?:(?:business|working|calendar|full|more|whole)\s)?{_SPAN}"
        rf"(?:(?P<and_half>{_A_HALF})|(?P<or_two>\sor\s(?:two|2)\b)|\s(?:and\s)?(?P<rest>\d\d?)\s?min(?:ute)?s?\b)?",
        _duration,
    ),
]
DAYS: list[Form] = [
    form(
        r"\b(?:the|on)\s(?P<day>[12]\d|3[01]|[1-9])(?:st|nd|rd|th)\b(?:\sof\s(?:the|this|next|last)\smonth\b)?"
        r"(?!\s(?:time|floor|party|one|attempt|option|call|try|order|item|of\s))",
        _day_alone,
    ),
    form(r"\b(?P<weekday>monday|tuesday|wednesday|thursday|friday|saturday|sunday)s?\b", _weekday),
    form(r"\b(?P<weekday>Mon|Tues?|Wed|Thu(?:rs?)?|Fri)\b(?=[\s.,])", _weekday, 0),
    form(
        r"\b(?:the\sday\safter\stomorrow|the\sday\sbefore\syesterday|tomorrow|yesterday|tonight|this\sevening)\b",
        _relative,
    ),
]
