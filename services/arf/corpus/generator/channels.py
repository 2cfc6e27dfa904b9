"""How each channel renders a value: spoken on the phone, written elsewhere. Each form stands for one value only."""

from __future__ import annotations

import re
from datetime import date
from random import Random

from arf.corpus.generator.values import Value

_ONES = (
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
)
_TENS = ("zero", "ten", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
_ORDINALS = {"one": "first", "two": "second", "three": "third", "five": "fifth", "eight": "eighth", "nine": "ninth"}
_FILLERS = ("um", "uh", "you know", "well", "er")


def surface(value: Value, channel: str, rng: Random) -> str:
    """The value as rendered in the channel."""
    if value.surface:
        return value.surface.lower() if channel == "phone" else value.surface
    forms = _SPOKEN if channel == "phone" else _WRITTEN
    kind = "id" if value.slot in ("order_id", "account_id", "ticket_id") else value.slot
    kind = "date" if kind == "deadline" and not value.canonical.startswith("P") else kind
    return forms[kind](value.canonical, rng)


def plain(value: Value) -> str:
    """The value in the usual written form, as in summaries."""
    if value.slot == "condition":
        return value.canonical
    if value.surface:
        return value.surface
    if value.slot == "amount":
        return f"${value.canonical.split()[0]}"
    if value.slot in ("date", "deadline"):
        return _days(value.canonical) if value.canonical.startswith("P") else _day_month(value.canonical)
    return value.canonical


def speak(text: str, rng: Random, hesitant: bool) -> str:
    """Text as from speech recognition: no punctuation, lower case; a hesitant speaker says um and restarts."""
    words = re.sub(r"[^\w\s']", lambda m: " , " if m.group() in ",.?!:;" else " ", text.lower()).split()
    said: list[str] = []
    for number, word in enumerate(words):
        if word == ",":
            if hesitant and 0 < number < len(words) - 1 and rng.random() < 0.2:
                said.append(rng.choice(_FILLERS))
            continue
        if hesitant and rng.random() < 0.025 and word.isalpha():
            said.append(word)
        said.append(word)
    return " ".join(said)


def number(n: int) -> str:
    """A whole number from 0 to 999 in words, without hyphens."""
    if n < 20:
        return _ONES[n]
    if n < 100:
        return _TENS[n // 10] + (f" {_ONES[n % 10]}" if n % 10 else "")
    return f"{_ONES[n // 100]} hundred" + (f" and {number(n % 100)}" if n % 100 else "")


def ordinal(n: int) -> str:
    """The ordinal of a day of the month in words."""
    head, _, last = number(n).rpartition(" ")
    if last in _ORDINALS:
        last = _ORDINALS[last]
    elif last == "twelve":
        last = "twelfth"
    else:
        last = last.removesuffix("y") + "ieth" if last.endswith("y") else last + "th"
    return f"{head} {last}".strip()


def _spoken_amount(canonical: str, rng: Random) -> str:
    dollars, cents = map(int, canonical.split()[0].split("."))
    whole = number(dollars)
    if not cents:
        return f"{whole} dollars"
    forms = [f"{whole} dollars and {number(cents)} cents", f"{whole} dollars {number(cents)}"]
    if cents >= 10 and dollars < 100:
        forms.append(f"{whole} {number(cents)}")
    return rng.choice(forms)


def _written_amount(canonical: str, rng: Random) -> str:
    figures = canonical.split()[0]
    short = figures.removesuffix(".00")
    return rng.choice(
        (f"${figures}", f"${short}", f"${short}", f"{short} dollars" if short != figures else f"${figures}")
    )


def _spoken_date(canonical: str, rng: Random) -> str:
    day = date.fromisoformat(canonical)
    month = _MONTHS[day.month - 1].lower()
    return rng.choice(
        (f"the {ordinal(day.day)} of {month}", f"{month} {ordinal(day.day)}", f"{month} the {ordinal(day.day)}")
    )


def _written_date(canonical: str, rng: Random) -> str:
    day = date.fromisoformat(canonical)
    month = _MONTHS[day.month - 1]
    suffix = "th" if 10 <= day.day <= 20 else {1: "st", 2: "nd", 3: "rd"}.get(day.day % 10, "th")
    return rng.choice(
        (_day_month(canonical), f"{month} {day.day}", f"{month} {day.day}{suffix}", f"the {day.day}{suffix} of {month}")
    )


def _day_month(canonical: str) -> str:
    day = date.fromisoformat(canonical)
    return f"{day.day} {_MONTHS[day.month - 1]}"


def _days(canonical: str) -> str:
    return f"{canonical[1:-1]} days"


def _spoken_time(canonical: str, rng: Random) -> str:
    hour, minute = map(int, canonical.split(":"))
    twelve = (hour - 1) % 12 + 1
    part = "in the morning" if hour < 12 else "in the afternoon"
    half = "am" if hour < 12 else "pm"
    if not minute:
        return rng.choice((f"{number(twelve)} {half}", f"{number(twelve)} o'clock {part}"))
    exact = f"{number(twelve)} {number(minute)} {half}"
    spoken = {
        15: f"quarter past {number(twelve)}",
        30: f"half past {number(twelve)}",
        45: f"quarter to {number(twelve % 12 + 1)}",
    }
    return rng.choice((exact, f"{spoken[minute]} {part}"))


def _written_time(canonical: str, rng: Random) -> str:
    hour, minute = map(int, canonical.split(":"))
    half = "am" if hour < 12 else "pm"
    twelve = (hour - 1) % 12 + 1
    return rng.choice((canonical, f"{twelve}:{minute:02d} {half}", f"{twelve}:{minute:02d}{half}"))


def _spelled(canonical: str, rng: Random) -> str:
    zero = rng.choice(("zero", "zero", "oh"))
    digits = canonical.removeprefix("+1")
    return " ".join((zero if c == "0" else _ONES[int(c)]) if c.isdecimal() else c.lower() for c in digits)


def _written_id(canonical: str, rng: Random) -> str:
    letters, digits = re.fullmatch(r"([A-Z]*)(\d+)", canonical).groups()  # type: ignore[union-attr]
    if letters:
        return rng.choice((canonical, f"{letters}-{digits}"))
    return rng.choice((canonical, canonical, f"#{canonical}"))


def _written_phone(canonical: str, rng: Random) -> str:
    area, head, tail = canonical[2:5], canonical[5:8], canonical[8:]
    return rng.choice((canonical, f"{area}-{head}-{tail}", f"({area}) {head}-{tail}", f"+1 {area} {head} {tail}"))


def _spoken_email(canonical: str, rng: Random) -> str:
    return canonical.replace("@", " at ").replace(".", " dot ").replace("_", " underscore ")


_SPOKEN = {
    "amount": _spoken_amount,
    "date": _spoken_date,
    "deadline": lambda canonical, rng: f"{number(int(canonical[1:-1]))} days",
    "time": _spoken_time,
    "id": _spelled,
    "phone": _spelled,
    "email": _spoken_email,
}
_WRITTEN = {
    "amount": _written_amount,
    "date": _written_date,
    "deadline": lambda canonical, rng: _days(canonical),
    "time": _written_time,
    "id": _written_id,
    "phone": _written_phone,
    "email": lambda canonical, rng: canonical,
}
