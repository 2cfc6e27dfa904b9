"""What kind of personal number a run of figures and letters is, and how an answer writes it."""

from __future__ import annotations

import re
from functools import lru_cache

import phonenumbers

from arf.privacy.redaction import cues
from arf.privacy.redaction.stretch import Stretch

_NORTH_AMERICAN = re.compile(r"1?[2-9]\d\d[2-9]\d{6}")


def stretch(low: str, start: int, end: int, bare: str, *, grouped: bool, written: str | None = "") -> Stretch:
    """The run at `start` to `end` of which `bare` are the figures and letters alone.

    `grouped`: it stood in groups, as phone numbers do. `written` is how the figures of a spoken one are joined, and
    None if it is not known what they say: it comes back as it stood.
    """
    bare = bare.upper()
    kind = _kind(low, start, bare, grouped)
    value = _subscriber(bare, low.startswith("+", start)) if kind == "PHONE" else bare
    return Stretch(kind, start, end, value, _written(kind, bare, written.upper()) if written else "")


@lru_cache(4096)
def _subscriber(digits: str, international: bool) -> str:
    """A phone number without its country's code and leading zeros: one phone has one value, however it is written."""
    if international:
        try:
            return str(phonenumbers.parse(f"+{digits}").national_number)
        except phonenumbers.NumberParseException:
            return digits
    return digits[1:] if len(digits) == 11 and digits[0] == "1" else digits.lstrip("0") or digits


def _kind(low: str, start: int, bare: str, grouped: bool) -> str:
    if not bare.isdecimal():
        return "ID"
    size = len(bare)
    lead = cues.before(low, start)
    if 13 <= size <= 19 or (size == 12 and cues.is_card(lead)):
        return "CARD"
    if size > 15 or size < 7:
        return "ID"
    if (low.startswith("+", start) and size >= 8) or cues.is_phone(lead):
        return "PHONE"
    north_american = _NORTH_AMERICAN.fullmatch(bare) is not None
    shaped = size in (7, 10, 11) and (grouped or north_american)
    return "PHONE" if shaped and not (cues.is_id(lead) and not north_american) else "ID"


def _written(kind: str, bare: str, written: str) -> str:
    if kind == "PHONE" and len(bare) == 10:
        return f"{bare[:3]}-{bare[3:6]}-{bare[6:]}"
    if kind == "CARD":
        return " ".join(bare[i : i + 4] for i in range(0, len(bare), 4))
    return written
