"""What kind of personal number a run of figures and letters is, and how it is written."""

from __future__ import annotations

import re

from arf.privacy.redaction import cues
from arf.privacy.redaction.stretch import Stretch

_NORTH_AMERICAN = re.compile(r"1?[2-9]\d\d[2-9]\d{6}")


def stretch(low: str, start: int, end: int, bare: str, *, grouped: bool, spoken: bool = False) -> Stretch:
    """The run at `start` to `end` of which `bare` are the figures and letters alone.

    `grouped`: it stood in groups, as phone numbers do. A spoken one is restored in figures.
    """
    bare = bare.upper()
    kind = _kind(low, start, bare, grouped)
    # With and without the country code of North America it is one phone.
    value = bare[1:] if kind == "PHONE" and len(bare) == 11 and bare[0] == "1" else bare
    return Stretch(kind, start, end, value, _written(kind, bare) if spoken else "")


def _kind(low: str, start: int, bare: str, grouped: bool) -> str:
    if not bare.isdecimal():
        return "ID"
    size = len(bare)
    if 13 <= size <= 19:
        return "CARD"
    if size > 15:
        return "ID"
    lead = cues.before(low, start)
    if size >= 12 and cues.is_card(lead):
        return "CARD"
    if low.startswith("+", start) and size >= 8:
        return "PHONE"
    north_american = _NORTH_AMERICAN.fullmatch(bare) is not None
    shaped = size in (7, 10, 11) and (grouped or north_american)
    if size >= 7 and cues.is_phone(lead):
        return "PHONE"
    return "PHONE" if shaped and not (cues.is_id(lead) and not north_american) else "ID"


def _written(kind: str, bare: str) -> str:
    if kind == "PHONE" and len(bare) == 10:
        return f"{bare[:3]}-{bare[3:6]}-{bare[6:]}"
    if kind == "CARD":
        return " ".join(bare[i : i + 4] for i in range(0, len(bare), 4))
    return bare
