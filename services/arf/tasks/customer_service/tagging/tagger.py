"""The deterministic slot tagger, by speaker, lexicon, tense and condition; never by gold."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from arf.tasks.customer_service.cues.lexicon import cue
from arf.tasks.customer_service.cues.status import CORRECTION, RESOLVED, UNRESOLVED
from arf.tasks.customer_service.tagging.acts import ActTracker
from arf.tasks.customer_service.tagging.clauses import Clause, clauses
from arf.tasks.customer_service.tagging.drafts import completed, standing
from arf.tasks.customer_service.tagging.issues import numbered
from arf.tasks.customer_service.tagging.reasons import find_reasons
from arf.tasks.customer_service.tagging.slots import Reason, ReasonKind, Resolution, Slots
from arf.tasks.customer_service.tagging.understood import unaccounted
from arf.tasks.customer_service.threads.outcome import outcome
from arf.tasks.customer_service.threads.reason import find_reason
from arf.tasks.customer_service.threads.thread_text import is_thread
from arf.v1 import transcript_pb2 as t
from arf.v1.transcript_pb2 import Call

_ORDER = re.compile(r"\b(?:order|purchase|parcel|delivery|confirmation)\b")
_OTHER_ID = re.compile(
    r"\b(?:account|ticket|case|customer|phone|card|tracking|member|policy|serial|zip|postcode|house|flat|street)\b"
)
# An order other than the one the call is about.
_ASIDE_BEFORE = cue(
    r"(?:other|another|earlier|previous|different|also have|confused with|don't touch|"
    r"last)(?: order)?(?: number)?,?\s*#?"
)
_ASIDE_AFTER = cue(
    r"(?:was|is|went|arrived|came)(?: all)? (?:fine|ok|okay|well|good|a different|another|no problem)|"
    r"but leave|that order is"
)
_REACH = 40


def tag(call: Call) -> Slots:
    """The slots of a call; deterministic. What is not established stays empty."""
    parts = list(numbered(clauses(call)))
    if is_thread(call):
        return _of_thread(call, ActTracker(parts))
    reasons = [_valued(r, parts) for r in find_reasons(call, parts)]
    resolution, turn_ids = _resolution(parts)
    tracker = ActTracker(parts)
    return Slots(
        reason=reasons[0] if reasons else None,
        extra_reasons=tuple(reasons[1:]),
        acts=tracker.acts(),
        resolution=resolution,
        resolution_turn_ids=turn_ids,
        unread_turn_ids=tuple(tracker.unread),
    )


def _of_thread(call: Call, tracker: ActTracker) -> Slots:
    """The slots of a thread in public.

    The cues of reasons are those of shops, and threads are about everything: "delayed" is a train there.
    """
    told, settled = find_reason(call), outcome(call)
    return Slots(
        reason=None if told is None else Reason(ReasonKind.OTHER, text=told.clause, turn_ids=(told.turn_id,)),
        acts=tracker.acts(),
        resolution=None if settled is None else settled[0],
        resolution_turn_ids=() if settled is None else (settled[1],),
        from_thread=True,
    )


def _valued(reason: Reason, parts: Sequence[Clause]) -> Reason:
    """The reason with its order and, for a double charge, its amount."""
    orders = _orders([p for p in parts if p.issue == reason.issue])
    amount = None
    if reason.kind is ReasonKind.DOUBLE_CHARGE:
        said = [p for p in parts if p.turn_id in reason.turn_ids and p.issue == reason.issue]
        amounts = {completed(v.canonical, "") for p in said for v in standing(p) if v.kind == "money"}
        amount = amounts.pop() if len(amounts) == 1 else None
    return replace(reason, order_id=orders[0] if orders else None, amount=amount)


def _orders(parts: Sequence[Clause]) -> list[str]:
    """Order ids by mention; a correction replaces its order, one mentioned in passing is left out."""
    found: list[str] = []
    asked = False
    for part in parts:
        if part.role != t.ROLE_CUSTOMER:
            if re.search(r"\b(?:number|id|reference)\b", part.text):
                asked = bool(_ORDER.search(part.text))
            continue
        for value in standing(part):
            start, end = part.start + value.start, part.start + value.end
            before, after = part.whole[max(0, start - _REACH) : start], part.whole[end : end + _REACH]
            if value.kind not in ("id", "number") or len(value.canonical) < 4 or _in_passing(before, after):
                continue
            if found and CORRECTION.search(before) and len(found[-1]) == len(value.canonical):
                found[-1] = value.canonical
            elif value.canonical not in found and not _OTHER_ID.search(before) and (asked or _ORDER.search(before)):
                found.append(value.canonical)
    return found


def _in_passing(before: str, after: str) -> bool:
    asides = list(_ASIDE_BEFORE.finditer(before))
    return bool(asides and asides[-1].end() >= len(before.rstrip(" #,"))) or bool(
        _ASIDE_AFTER.match(after.lstrip(" ,"))
    )


def _resolution(parts: Sequence[Clause]) -> tuple[Resolution | None, tuple[str, ...]]:
    """The last statement about the issue as a whole, in the second half of the call."""
    found: tuple[Resolution | None, tuple[str, ...]] = (None, ())
    half = parts[-1].turn / 2 if parts else 0
    said = frozenset(w for part in parts if part.turn < half for w in part.text.split())
    for part in parts:
        if part.turn < half or part.text.rstrip().endswith("?"):
            continue
        if UNRESOLVED.search(part.text):
            found = Resolution.UNRESOLVED, (part.turn_id,)
        elif RESOLVED.search(part.text) and not unaccounted(
            part, [m.span() for m in RESOLVED.finditer(part.text)], said
        ):
            found = Resolution.RESOLVED, (part.turn_id,)
    return found
