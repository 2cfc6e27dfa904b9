"""Determines the status of an act from the words around it and from the speaker."""

from __future__ import annotations

import re

from arf.tasks.customer_service.cues import status as cues
from arf.tasks.customer_service.cues.lexicon import cue, verbs
from arf.tasks.customer_service.tagging.slots import ActKind
from arf.v1 import transcript_pb2 as t
from arf.v1.transcript_pb2 import FactStatus

# Acts that are still to come even when the company says that it has arranged them.
_AHEAD = frozenset({ActKind.TECHNICIAN_VISIT, ActKind.CALLBACK, ActKind.REPAIR})
_ARRANGED = cue(r"(?:booked|scheduled|arranged|set up|organi[sz]ed|ordered|put (?:you )?down|down)")
# A transfer in progress counts as done.
_AT_ONCE = cue(
    rf"(?:i'm|i am|we're|you're|you are|being|"
    rf"let me)(?: \S+)? {verbs('put', 'pass', 'transfer', 'connect', 'hand', 'escalate')}(?: \S+)*"
)
_HANDED_ON = cue(r"(?:has|is)(?: now)? (?:your|the|this|with)(?: \S+)*")
_AHEAD_OF_IT = re.compile(r"(?:(?<!\s)\s+of\s[^,.]{0,200}?)?(?<!\s)\s+(?:will|should)(?!\s+not)\b")
_PROGRESSIVE = re.compile(
    r"\b(?:i'?m|we'?re|i am|we are|they'?re|they are|team is|is)(?: still| currently| now| just| already| also)*\s*$"
)
CUSTOMER_ACTS = frozenset({ActKind.SEND_DOCUMENTS, ActKind.RESTART_DEVICE})
_PARTICIPLE = re.compile(r"^(?:\w+ed|\w+en|reset|sent|paid)\b")
_PASSIVE = re.compile(r"\b(?:is|was|are|were|been|it'?s|that'?s)(?:n'?t| not)?(?: now| already| just)?\s*$")
_STATED = (
    (cues.REFUSED, t.FACT_STATUS_REFUSED),
    (cues.PENDING, t.FACT_STATUS_PENDING),
    (cues.PROMISED, t.FACT_STATUS_PROMISED),
    (cues.DONE, t.FACT_STATUS_DONE),
)


def company_status(text: str, start: int, end: int, kind: ActKind, tail: str = "") -> FactStatus | None:
    """The status of an act that the company names at [start, end) of a clause; `tail` is what is added to the clause
    without naming an act. None where no status is stated."""
    before, after = text[:start], text[end:]
    if any(start - m.end() <= 25 for m in cues.OFFER.finditer(before)) or text.rstrip().endswith("?"):
        return None
    if _AHEAD_OF_IT.match(after) and not cues.CONDITION.search(text):
        return t.FACT_STATUS_PROMISED
    status = _nearest_before(before, text[start:end]) or _nearest_after(after) or _nearest_after(text[start:end])
    if kind is ActKind.ESCALATION and (_AT_ONCE.search(text[:end]) or _HANDED_ON.search(text[start:end])):
        return t.FACT_STATUS_DONE
    if status == t.FACT_STATUS_REFUSED:
        conditional = re.search(r"\b(?:until|unless|without)\b", text)
        return t.FACT_STATUS_CONDITIONAL if conditional else status
    if status == t.FACT_STATUS_PROMISED and cues.CONDITION.search(text):
        return t.FACT_STATUS_CONDITIONAL
    if status is None:
        return t.FACT_STATUS_PENDING if cues.OPEN.search(text + tail) else None
    if status == t.FACT_STATUS_DONE and kind in _AHEAD and _ARRANGED.search(text):
        return t.FACT_STATUS_PROMISED
    if status != t.FACT_STATUS_PROMISED and cues.OPEN.search(text + tail):
        return t.FACT_STATUS_PENDING
    return status


def customer_status(text: str, start: int, end: int, kind: ActKind) -> FactStatus | None:
    """The status of an act that the customer names: asked of the company, or taken on by the customer."""
    before = text[:start]
    if kind in CUSTOMER_ACTS:
        if cues.CUSTOMER_FUTURE.search(before):
            return t.FACT_STATUS_PROMISED
        return None
    return t.FACT_STATUS_REQUESTED if cues.REQUEST.search(before) else None


def asked_of_customer(text: str, start: int, end: int, kind: ActKind) -> bool:
    """Whether the company asks the customer for this act rather than doing it."""
    if kind not in CUSTOMER_ACTS:
        return False
    return bool(cues.ASKED_OF_CUSTOMER.search(text[:end])) or not text[:start].strip(" ,-")


def _nearest_before(before: str, act: str) -> FactStatus | None:
    if _PARTICIPLE.search(act) and (auxiliary := _PASSIVE.search(before)):
        return t.FACT_STATUS_REFUSED if "n't" in auxiliary.group() or "not" in auxiliary.group() else t.FACT_STATUS_DONE
    if re.match(r"(?!b?ring\b)\w+ing\b", act) and _PROGRESSIVE.search(before):
        return t.FACT_STATUS_PENDING
    found = [(m.end(), -m.start(), status) for pattern, status in _STATED for m in pattern.finditer(before)]
    if not found:
        return None
    end = max(f[0] for f in found)
    near = [f for f in found if end - f[0] <= 30]
    # A refusal or a promise further left governs what follows it ("can't ... have it refunded").
    for status in (t.FACT_STATUS_REFUSED, t.FACT_STATUS_PROMISED, t.FACT_STATUS_PENDING):
        if any(f[2] == status for f in near):
            return status
    return near[0][2]


def _nearest_after(after: str) -> FactStatus | None:
    found = [(m.start(), n, status) for n, (pattern, status) in enumerate(_STATED) for m in pattern.finditer(after)]
    return min(found)[2] if found else None
