"""Reads from an HTTP endpoint's headers when to retry."""

from __future__ import annotations

import math
import time
from collections.abc import Mapping
from email.utils import parsedate_to_datetime

_LONGEST_S = 365 * 86_400.0


def retry_after(headers: Mapping[str, str], now: float | None = None) -> float | None:
    """Seconds to wait before retrying, at most a year, or None if the endpoint does not say.

    From `retry-after-ms`, which OpenAI and Azure send, or `retry-after`, in seconds or as an HTTP date.
    """
    # Not every library's headers are case-insensitive.
    given = {name.lower(): value for name, value in headers.items() if name.lower().startswith("retry-after")}
    milliseconds = _number(given.get("retry-after-ms", ""))
    if milliseconds is not None:
        return milliseconds / 1000
    value = given.get("retry-after", "")
    seconds = _number(value)
    if seconds is not None:
        return seconds
    try:
        return _bounded(parsedate_to_datetime(value).timestamp() - (time.time() if now is None else now))
    except (ValueError, TypeError, OverflowError):
        return None


def _number(value: str) -> float | None:
    try:
        number = float(value)
    except ValueError:
        return None
    return _bounded(number) if math.isfinite(number) else None


def _bounded(seconds: float) -> float:
    return min(max(0.0, seconds), _LONGEST_S)
