"""OMISSION: a reason, action, outcome, next step, amount or deadline of the call that the summary lacks."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from arf.calls.text import normalise
from arf.tasks.customer_service.cues import status as cues
from arf.tasks.customer_service.detectors.alignment import transcript
from arf.tasks.customer_service.detectors.coverage import has_reason, has_value, slot_value, told_acts
from arf.tasks.customer_service.detectors.findings import finding
from arf.tasks.customer_service.phrases.prose import outcome_sentences, reason_sentence
from arf.tasks.customer_service.tagging.slots import Act, ActKind, Reason, Resolution, Slots
from arf.tasks.customer_service.tagging.values import Value, find_values
from arf.tasks.detection import Subject
from arf.v1 import finding_pb2 as f
from arf.v1 import transcript_pb2 as t
from arf.v1.finding_pb2 import ErrorType, Finding, Severity

_OPEN = (t.FACT_STATUS_PROMISED, t.FACT_STATUS_PENDING, t.FACT_STATUS_CONDITIONAL)
_SETTLED = re.compile(r"\b(?:(?:re)?solved|fixed)\b")
_OPENING = re.compile(
    r"the customer (?:contacted|called|reached out|got in touch|wrote|messaged)\b"
    r"[^.]{0,300}?(?:because|to|about|since)\b",
    re.IGNORECASE,
)
_COMPANY = re.compile(
    r"\b(?:the|an?) (?:support |customer service )?(?:agent|bot|assistant|representative|team|company)\b"
    r"|\b(?:was|were|is|are|has been|have been|will be) (?=\w+(?:ed|en|de|ent|t)\b)",
    re.IGNORECASE,
)
_NEEDED = 4
"""How many of the last acts a summary must state; there is no room for more."""


class Omission:
    """Looks for what the slot tagger finds in the call, and names the slot that is missing."""

    id = "omission@3"
    types: frozenset[ErrorType] = frozenset({f.ERROR_TYPE_OMISSION})
    languages = frozenset({"en"})

    def detect(self, subject: Subject) -> list[Finding]:
        """Findings of this detector: the reasons first, then the acts as the call has them."""
        call = transcript(subject.call)
        slots = call.slots
        text = normalise(subject.summary).lower()
        told = {m.kind for s in subject.sentences for m in told_acts(s.text)}
        done = {m.kind for s in subject.sentences for m in told_acts(beyond_the_wish(s.text))}
        missing = [r for r in slots.reasons if not has_reason(r, text, call.words_of(r.turn_ids))]
        found = [_reason(subject, r, r is slots.reason) for r in missing]
        if not slots.from_thread:
            found += _acts(subject, slots, told, done, find_values(subject.summary))
            found += _resolution(subject, slots, text)
        return found


def beyond_the_wish(sentence: str) -> str:
    """The sentence from the company's part on, if it begins with the customer's reason: a wish is no outcome."""
    opening = _OPENING.match(sentence)
    if opening is None:
        return sentence
    company = _COMPANY.search(sentence, opening.end())
    return sentence[company.start() :] if company else ""


def needed_acts(slots: Slots) -> list[Act]:
    """The acts that a summary must state: the outcome of each issue and the last few others, in order."""
    settled = _settled(slots)
    told = [a for a in slots.acts if a.whole and not _is_idle(a, settled)]
    return [a for n, a in enumerate(told) if n >= len(told) - _NEEDED or a in _outcomes(told)]


def _outcomes(acts: Sequence[Act]) -> list[Act]:
    """The last act of the company in each issue."""
    return list({a.issue: a for a in acts if a.actor != t.ROLE_CUSTOMER}.values())


def _acts(
    subject: Subject, slots: Slots, told: set[ActKind], done: set[ActKind], values: list[Value]
) -> Iterator[Finding]:
    """`told` are the kinds of act that the summary names, `done` those of them that it gives to the company."""
    acts = needed_acts(slots)
    outcomes = _outcomes(acts)
    for act in acts:
        name = act.kind.replace("_", " ")
        is_outcome = act in outcomes
        if act.kind not in (done if is_outcome else told):
            slot = "outcome" if is_outcome else "next step" if act.status in _OPEN else "action"
            severity = f.SEVERITY_CRITICAL if is_outcome else f.SEVERITY_MAJOR
            yield _missing(subject, slot, name, act.turn_ids, _sentence(act), 0.7, severity)
            continue
        for slot, canonical in (("amount", act.amount), ("deadline", act.deadline)):
            if canonical and not has_value(slot_value(slot, canonical), values):
                what = f"{name}, {canonical}"
                yield _missing(subject, slot, what, act.turn_ids, _sentence(act), 0.7, f.SEVERITY_MAJOR)


def _reason(subject: Subject, reason: Reason, main: bool) -> Finding:
    told = reason_sentence(reason)
    name = reason.kind.replace("_", " ")
    return _missing(subject, "reason", name, reason.turn_ids, told, 0.6 if main else 0.5, f.SEVERITY_MAJOR)


def _resolution(subject: Subject, slots: Slots, text: str) -> Iterator[Finding]:
    """How the call ended, if that was said explicitly and no act of the company implies it."""
    if slots.resolution is None or _settled(slots):
        return
    open_still = slots.resolution is Resolution.UNRESOLVED
    told = cues.UNRESOLVED.search(text) if open_still else cues.RESOLVED.search(text) or _SETTLED.search(text)
    if told is None:
        what = "the issue was not resolved" if open_still else "the issue was resolved"
        fix = f"{what[0].upper()}{what[1:]}."
        yield _missing(subject, "outcome", what, slots.resolution_turn_ids, fix, 0.6, f.SEVERITY_CRITICAL)


def _missing(
    subject: Subject, slot: str, what: str, turns: Iterable[str], told: str, confidence: float, severity: Severity
) -> Finding:
    return finding(
        subject,
        f.ERROR_TYPE_OMISSION,
        None,
        turns,
        because=f"The {slot} is missing: {what}.",
        fix=f"Add: {told}" if told else f"Add the {slot}.",
        confidence=confidence,
        severity=severity,
    )


def _sentence(act: Act) -> str:
    """The act as a sentence of its own."""
    return next(iter(outcome_sentences(Slots(acts=(act,)))), "")


def _settled(slots: Slots) -> bool:
    """Whether the company did, promised or refused anything."""
    return any(a.actor != t.ROLE_CUSTOMER for a in slots.acts)


def _is_idle(act: Act, settled: bool) -> bool:
    """Whether an act can be omitted, as in our own prose: a request that was answered, a restart only asked for."""
    if act.actor != t.ROLE_CUSTOMER or act.status != t.FACT_STATUS_REQUESTED:
        return False
    return act.kind is ActKind.RESTART_DEVICE or (settled and act.kind is not ActKind.SEND_DOCUMENTS)
