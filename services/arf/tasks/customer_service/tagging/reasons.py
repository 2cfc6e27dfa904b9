"""The contact reasons: a known reason by its cues, or the customer's own words if they can be reworded safely."""

from __future__ import annotations

import re
from collections.abc import Sequence

from arf.tasks.customer_service.cues.reasons import REASONS
from arf.tasks.customer_service.tagging.clauses import Clause
from arf.tasks.customer_service.tagging.slots import Reason, ReasonKind
from arf.tasks.customer_service.tagging.wishes import wish
from arf.v1 import transcript_pb2 as t
from arf.v1.transcript_pb2 import Call

# The reason comes early: later complaints are about what the company did meanwhile.
_OPENING_TURNS = 2
_SAME_PLACE = 40
# "Cancel" alone may be of anything.
_ORDER = re.compile(r"\b(?:orders?|ordered|purchase|delivery|ship|shipment|parcel|package)\b")


def find_reasons(call: Call, clauses: Sequence[Clause]) -> tuple[Reason, ...]:
    """The reasons of a call, the main one first; empty if none can be worded safely."""
    customer = [c for c in clauses if c.role == t.ROLE_CUSTOMER]
    opening = set(list(dict.fromkeys(c.turn for c in customer))[:_OPENING_TURNS])
    found: dict[ReasonKind, Reason] = {}
    for turn, issue in dict.fromkeys((c.turn, c.issue) for c in customer):
        if any(r.issue == issue for r in found.values()) or (issue == 0 and turn not in opening):
            continue
        said = [c for c in customer if (c.turn, c.issue) == (turn, issue)]
        whole = said[0].whole[said[0].start : said[-1].end]
        kind = reason_kind(whole)
        if kind is ReasonKind.CANCEL_ORDER and not _ORDER.search(whole):
            kind = None
        if kind is not None and kind not in found:
            found[kind] = Reason(kind, issue=issue, turn_ids=(said[0].turn_id,))
    if found and min(r.issue for r in found.values()) == 0:
        return tuple(found.values())
    own = own_words(call)
    return () if own is None else (own, *found.values())


def own_words(call: Call) -> Reason | None:
    """The reason as the customer's first turns word it; None if they say nothing that can be told by itself."""
    customer = [turn for turn in call.turns if turn.role == t.ROLE_CUSTOMER and turn.text.strip()]
    for turn in customer[:_OPENING_TURNS]:
        if (told := wish(turn.text)) is not None:
            return Reason(ReasonKind.OTHER, text=told, turn_ids=(turn.turn_id,))
    return None


def reason_kind(text: str) -> ReasonKind | None:
    """The first known reason that a text states, or None."""
    found = [(m.start(), n, kind) for n, (kind, pattern) in enumerate(REASONS) if (m := pattern.search(text))]
    if not found:
        return None
    first = min(found)
    # A specific cue beats a general one that starts a few words earlier ("still waiting for the refund").
    return min((f for f in found if f[0] - first[0] <= _SAME_PLACE), key=lambda f: f[1])[2]
