"""The plans of a meeting, and those of a summary, as sentences."""

from __future__ import annotations

import re

from arf.calls.text import sentences
from arf.v1.transcript_pb2 import Call

_PLAN = re.compile(r"\bI will ([^.]+)")


def plans_of(call: Call) -> list[str]:
    """A sentence for each plan that was said."""
    return [f"{turn.speaker} will {said[1]}." for turn in call.turns for said in _PLAN.finditer(turn.text)]


def plans_in(summary: str) -> list[str]:
    """The sentences of a summary."""
    return [s.text for s in sentences(summary)]


def write(call: Call) -> str | None:
    """All plans of a meeting; None where there are none."""
    return " ".join(dict.fromkeys(plans_of(call))) or None
