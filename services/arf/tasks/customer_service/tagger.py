"""The deterministic slot tagger: what a call says, by who says it, lexicon, tense and condition, never by gold."""

from __future__ import annotations

import re
from collections.abc import Sequence

from arf.tasks.customer_service import cues
from arf.tasks.customer_service.acts import ActTracker, completed, standing
from arf.tasks.customer_service.clauses import Clause, clauses
from arf.tasks.customer_service.reasons import find_reasons, with_values
from arf.tasks.customer_service.slots import Reason, ReasonKind, Resolution, Slots
from arf.v1 import transcript_pb2 as t
from arf.v1.transcript_pb2 import Call

_ORDER = re.compile(
    r"\b(?:order|purchase|parcel|delivery|confirmation)\b(?!.*\b(?:account|ticket|case|reference|customer|phone|card)\b)"
)
_OTHER_ID = re.compile(
    r"\b(?:account|ticket|case|customer|phone|card|tracking|member|policy|serial|zip|postcode|house|flat|street)\b"
)
_CHARGES = frozenset({ReasonKind.DOUBLE_CHARGE, ReasonKind.WRONG_AMOUNT, ReasonKind.REFUND_STATUS})


def tag(call: Call) -> Slots:
    """The slots of a call. Deterministic; what is not established stays empty."""
    parts = list(clauses(call))
    tracker = ActTracker()
    for part in parts:
        tracker.feed(part)
    reasons = [_valued(r, parts) for r in find_reasons(parts)]
    resolution, turn_ids = _resolution(parts)
    return Slots(
        reason=reasons[0] if reasons else None,
        extra_reasons=tuple(reasons[1:]),
        acts=tracker.acts(),
        resolution=resolution,
        resolution_turn_ids=turn_ids,
    )


def _valued(reason: Reason, parts: Sequence[Clause]) -> Reason:
    """The reason with its order and, for a charge, its amount."""
    turn = next(p.turn for p in parts if p.turn_id in reason.turn_ids)
    amount = None
    if reason.kind in _CHARGES:
        amounts = [
            completed(v.canonical, "")
            for p in parts
            if p.turn == turn and p.role == t.ROLE_CUSTOMER
            for v in standing(p)
            if v.kind == "money"
        ]
        amount = amounts[0] if len(set(amounts)) == 1 else None
    orders = _orders(parts)
    near = [o for at, o in orders if at >= turn]
    order = near[0] if near else orders[0][1] if orders else None
    return with_values(reason, order_id=order, amount=amount)


def _orders(parts: Sequence[Clause]) -> list[tuple[int, str]]:
    """Order ids in order of mention with their turns; a corrected one is replaced by what corrects it."""
    found: list[tuple[int, str]] = []
    asked = False
    for part in parts:
        if part.role != t.ROLE_CUSTOMER:
            asked = (
                asked if not re.search(r"\b(?:number|id|reference)\b", part.text) else bool(_ORDER.search(part.text))
            )
        for value in standing(part):
            if value.kind not in ("id", "number") or len(value.canonical) < 4:
                continue
            before = part.text[max(0, value.start - 40) : value.start]
            corrects = (
                found
                and cues.CORRECTION.search(before)
                and part.role == t.ROLE_CUSTOMER
                and not _OTHER_ID.search(before)
            )
            if corrects and len(found[-1][1]) == len(value.canonical):
                found[-1] = (found[-1][0], value.canonical)
            elif _ORDER.search(before) or (asked and part.role == t.ROLE_CUSTOMER and not _OTHER_ID.search(before)):
                if value.canonical not in [o for _, o in found]:
                    found.append((part.turn, value.canonical))
    return found


def _resolution(parts: Sequence[Clause]) -> tuple[Resolution | None, tuple[str, ...]]:
    """The last thing that was said about the issue as a whole, in the second half of the call."""
    found: tuple[Resolution | None, tuple[str, ...]] = (None, ())
    half = parts[-1].turn / 2 if parts else 0
    for part in parts:
        if part.turn < half or part.text.rstrip().endswith("?"):
            continue
        if cues.UNRESOLVED.search(part.text):
            found = Resolution.UNRESOLVED, (part.turn_id,)
        elif cues.RESOLVED.search(part.text):
            found = Resolution.RESOLVED, (part.turn_id,)
    return found
