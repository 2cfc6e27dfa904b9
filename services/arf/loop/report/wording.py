"""The report's names and number formats, shared by page and terminal."""

from __future__ import annotations

import calendar
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from arf.evaluation.metrics import METRICS
from arf.v1.finding_pb2 import ErrorType

SYSTEMS = {
    # The student first: on a phone a table shows two columns.
    "arf": "ARF student",
    "teacher": "Teacher",
    "distilled": "Plain distillation",
    "repair": "Rules alone",
}
SYSTEM_NOTES = {
    "teacher": "the model whose summaries were corrected",
    "distilled": "the student, trained on the teacher's raw summaries of the same calls",
    "arf": "the student, trained on the corrected summaries",
    "repair": "the correction rules with no model, on the same calls",
}
ERRORS = {
    **{
        name: name.replace("_", " ").capitalize()
        for name in (key.removeprefix("ERROR_TYPE_") for key, number in ErrorType.items() if number)
    },
    "ROLE_MISATTRIBUTION": "Wrong party",
    "STATUS_SHIFT": "Status shifted",
}
"""The name of each error type, in the taxonomy's order."""
_LABELS = {
    "flagged_rate": "Flagged at all",
    "usd_per_1000_calls": "USD",
    "prompt_tokens": "Tokens read",
    "completion_tokens": "Tokens written",
    "seconds": "Time",
    "dataset_id": "Id",
    "sha256": "SHA-256",
}
UNIT = "\u00a0%"  # a number and its sign stay on one line
_SHARES = ("rate", "recall", "share", "obeyed", "precision", "accuracy", "covered", "faithful", "clean")


_DATE = re.compile(r"(?<![\w-])(?:(?P<year>\d{4})|-)-(?P<month>0[1-9]|1[0-2])-(?P<day>\d\d)(?![\w-])")
_DAY = re.compile(r"(?<![\w-])---(?P<day>\d\d)(?!\w)")
_DURATION = re.compile(r"\bP(?P<time>T?)(?P<count>\d+)(?P<unit>[DWMYH])\b")
_UNITS = {"D": "day", "W": "week", "M": "month", "Y": "year", "TH": "hour", "TM": "minute"}
_CODE = re.compile(r"\b[a-z]+(?:_[a-z]+)+\b")


@dataclass(frozen=True)
class Row:
    """A label and its text."""

    label: str
    text: str


def system(name: str) -> str:
    """A system's name."""
    return SYSTEMS.get(name, plain(name))


def ordered_systems(systems: Mapping[str, Any]) -> list[str]:
    """The four usual systems in order, then any others by name."""
    return [s for s in SYSTEMS if s in systems] + sorted(s for s in systems if s not in SYSTEMS)


def error_of(metric: str) -> str | None:
    """The error type whose rate a metric is, or None."""
    upper = metric.upper()
    return next((name for name in sorted(ERRORS, key=len, reverse=True) if name in upper), None)


def metric(name: str) -> str:
    """A metric's name."""
    error = error_of(name)
    if error:
        return ERRORS[error]
    return METRICS[name].title if name in METRICS else plain(name)


def plain(name: str) -> str:
    """An identifier as words: `prompt_tokens` gives "Prompt tokens"."""
    if name in _LABELS:
        return _LABELS[name]
    words = name.replace("_", " ").replace(".", " ").strip()
    return words[:1].upper() + words[1:]


def readable(explanation: str) -> str:
    """An explanation with its codes in words: `wrong_amount`, and ISO 8601's `--03-14`, `---02` and `P10D`."""
    said = _DATE.sub(
        lambda m: f"{int(m['day'])} {calendar.month_name[int(m['month'])]}{' ' + m['year'] if m['year'] else ''}",
        explanation,
    )
    said = _DAY.sub(lambda m: f"day {int(m['day'])} of the month", said)
    said = _DURATION.sub(_duration, said)
    return _CODE.sub(lambda m: m[0].replace("_", " "), said)


def _duration(found: re.Match[str]) -> str:
    count, unit = int(found["count"]), _UNITS.get(found["time"] + found["unit"])
    return f"{count} {unit}{'' if count == 1 else 's'}" if unit else found[0]


def is_share(name: str) -> bool:
    """Whether a metric is a share, which is shown in percent."""
    return error_of(name) is not None or any(part in name.lower() for part in _SHARES)


def value(name: str, number: float | None) -> str:
    """A metric's value: "63 %" for a share, else at most two decimals."""
    if number is None:
        return "–"
    return percent(number) if is_share(name) else amount(number)


def interval(name: str, low: float | None, high: float | None) -> str:
    """A metric's interval, "52 to 73 %"; empty where there is none."""
    if low is None or high is None:
        return ""
    if is_share(name):
        return f"{percent(low).removesuffix(UNIT)} to {percent(high)}"
    return f"{amount(low)} to {amount(high)}"


def percent(number: float) -> str:
    """A share in whole percent, a tenth where it is under one percent and not zero."""
    scaled = 100 * number
    digits = 1 if 0 < abs(scaled) < 0.95 else 0
    text = f"{scaled:.{digits}f}"
    return f"{'0' if float(text) == 0 and digits == 0 else text}{UNIT}"


def points(number: float) -> str:
    """A difference of shares, "+54 points" or "−3 points"."""
    scaled = round(100 * number)
    sign = "+" if scaled > 0 else "−" if scaled < 0 else "±"
    return f"{sign}{abs(scaled)} {'point' if abs(scaled) == 1 else 'points'}"


def difference(name: str, number: float) -> str:
    """A signed difference of a metric."""
    if is_share(name):
        return points(number)
    sign = "+" if number > 0 else "−" if number < 0 else "±"
    return f"{sign}{amount(abs(number))}"


def amount(number: float) -> str:
    """A number with thousands separators, without trailing zeros, with at most two decimals."""
    if isinstance(number, bool):
        return "yes" if number else "no"
    if float(number).is_integer():
        return f"{int(number):,}".replace(",", "\u202f")
    if abs(number) < 0.005:
        return f"{number:.2g}"
    text = f"{number:,.2f}" if abs(number) < 100 else f"{number:,.0f}"
    text = text.replace(",", "\u202f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def seconds(number: float) -> str:
    """A duration: "12.3 s", "4 min 05 s", "2 h 03 min"."""
    if round(number, 1) < 60:
        return f"{number:.1f} s"
    minutes, rest = divmod(round(number), 60)
    if minutes < 60:
        return f"{minutes} min {rest:02d} s"
    return f"{minutes // 60} h {minutes % 60:02d} min"


def rows(mapping: Mapping[str, Any] | None) -> list[Row]:
    """Any small mapping as rows: nested mappings on one line, lists as their length or their words."""
    return [Row(plain(str(k)), text(v, str(k))) for k, v in (mapping or {}).items() if v not in (None, "", {}, [])]


def text(item: Any, name: str = "") -> str:
    """Any JSON value as a short text."""
    if isinstance(item, Mapping):
        if set(item) >= {"value", "low", "high"}:
            return f"{value(name, item['value'])} ({interval(name, item['low'], item['high'])})"
        return ", ".join(f"{plain(str(k)).lower()} {text(v, str(k))}" for k, v in item.items())
    if isinstance(item, list):
        return (
            ", ".join(str(i) for i in item) if all(isinstance(i, str | int | float) for i in item) else str(len(item))
        )
    if isinstance(item, int | float):
        if "seconds" in name or name.endswith("_s"):
            return seconds(float(item))
        return percent(float(item)) if is_share(name) and 0 <= item <= 1 else amount(item)
    return f"{item[:12]}…" if "sha256" in name else str(item)


def error_name(error: int) -> str:
    """An error type's name."""
    return ERRORS.get(ErrorType.Name(error).removeprefix("ERROR_TYPE_"), "Error")
