"""Writes third-person prose from slots: two or three plain sentences with little variety."""

from __future__ import annotations

from arf.tasks.customer_service.bounds import fits
from arf.tasks.customer_service.phrases.acts import Forms, forms
from arf.tasks.customer_service.phrases.reasons import reason_phrase
from arf.tasks.customer_service.phrases.rendering import deadline_text
from arf.tasks.customer_service.tagging.slots import Act, ActKind, Reason, ReasonKind, Resolution, Slots
from arf.v1 import transcript_pb2 as t

_SHARED = ("promised to ", "refused ", "asked for ")
_OF_ORDERS = frozenset(
    {
        *(ReasonKind.LATE_DELIVERY, ReasonKind.MISSING_ITEM, ReasonKind.DAMAGED_ITEM, ReasonKind.WRONG_ITEM),
        *(ReasonKind.CANCEL_ORDER, ReasonKind.CHANGE_ADDRESS, ReasonKind.REFUND_STATUS, ReasonKind.PRODUCT_FAULT),
    }
)
_SUBJECTS = {t.ROLE_CUSTOMER: "The customer", t.ROLE_AGENT: "The agent", t.ROLE_BOT: "The support bot"}


def write(slots: Slots) -> str | None:
    """The summary of a call, 12 to 60 words; None if a reason or its outcome is unknown or does not fit."""
    if slots.reason is None or slots.unread_turn_ids:
        return None
    sentences: list[str] = []
    for number, reason in enumerate(slots.reasons):
        outcome = outcome_sentences(slots, reason.issue if slots.extra_reasons else None)
        if not outcome:
            return None
        sentences += [reason_sentence(reason, also=number > 0), *outcome]
    text = " ".join(sentences)
    return text if fits(text) else None


def reason_sentence(reason: Reason, also: bool = False) -> str:
    """Why the customer made contact."""
    return f"The customer {'also ' if also else ''}contacted support {reason_phrase(reason)}."


def outcome_sentences(slots: Slots, issue: int | None = None) -> list[str]:
    """What was done, promised, refused or left open, for one issue or all; empty if that is not established."""
    acts = [a for a in slots.acts if issue is None or a.issue == issue]
    settled = any(a.actor != t.ROLE_CUSTOMER for a in acts)
    told = [a for a in acts if a.actor in _SUBJECTS and not _is_idle(a, settled)]
    if any(a.status == t.FACT_STATUS_CONDITIONAL and not a.condition for a in told):
        return []
    cancelled = _cancelled(slots, issue)
    sentences = []
    for group in _groups(told):
        clauses = [act_clause(act, forms(act, cancelled)) for act in group]
        sentences.append(f"{_subject(group[0])} {_joined(clauses)}.")
    if not settled and slots.resolution is Resolution.UNRESOLVED:
        return [*sentences, "The issue was not resolved."]
    if not settled and slots.resolution is Resolution.RESOLVED:
        return [*sentences, "The issue was resolved."]
    return sentences if settled else []


def _is_idle(act: Act, settled: bool) -> bool:
    """Whether an act can be omitted: a request that was answered, a restart that was only asked for."""
    if act.actor != t.ROLE_CUSTOMER or act.status != t.FACT_STATUS_REQUESTED:
        return False
    return act.kind is ActKind.RESTART_DEVICE or (settled and act.kind is not ActKind.SEND_DOCUMENTS)


def _subject(act: Act) -> str:
    return "The company" if _is_asked_back(act) else _SUBJECTS[act.actor]


def _is_asked_back(act: Act) -> bool:
    """Whether the company asks this of the customer rather than the other way round."""
    return act.kind is ActKind.SEND_DOCUMENTS and act.actor == t.ROLE_CUSTOMER and act.status == t.FACT_STATUS_REQUESTED


def act_clause(act: Act, told: Forms) -> str:
    """What the actor did or said of one act, without the subject."""
    due = deadline_text(act.kind, act.deadline, act.time)
    condition = f" if {act.condition}" if act.condition else ""
    match act.status:
        case t.FACT_STATUS_DONE:
            return _done(act, told, due)
        case t.FACT_STATUS_PROMISED | t.FACT_STATUS_CONDITIONAL:
            return f"promised to {told.base}{due}{condition}"
        case t.FACT_STATUS_PENDING:
            return f"said that {told.noun} was in progress" + (f" and due{due}" if due else "")
        case t.FACT_STATUS_REFUSED:
            return f"refused {told.noun}" + (f" because {act.cause}" if act.cause else "")
    return f"asked for {told.noun}{due}"


def _done(act: Act, told: Forms, due: str) -> str:
    if act.kind is ActKind.RESCHEDULE:
        return told.past + due.replace(" on ", " to ", 1)
    if act.kind is ActKind.TECHNICIAN_VISIT and due:
        return f"booked a technician visit{due}"
    if act.kind is ActKind.CALLBACK and due:
        return f"booked a callback{due}"
    return told.past + (f", due{due}" if due else "")


def _groups(acts: list[Act]) -> list[list[Act]]:
    """Groups acts into sentences: one actor, at most three acts, nothing after a condition or a cause."""
    groups: list[list[Act]] = []
    for act in acts:
        last = groups[-1] if groups else []
        if last and last[-1].actor == act.actor and len(last) < 3 and _goes_with(last[-1], act):
            last.append(act)
        else:
            groups.append([act])
    return groups


def _goes_with(first: Act, second: Act) -> bool:
    """Whether the second act can follow in the same sentence without seeming to share a condition or a cause."""
    if first.condition or first.cause:
        return False
    return not (first.status == second.status or (second.condition and first.status == t.FACT_STATUS_PROMISED)) or not (
        second.condition or second.cause
    )


def _joined(clauses: list[str]) -> str:
    clauses = [_elided(clause, before) for clause, before in zip(clauses, ["", *clauses], strict=False)]
    if len(clauses) < 2:
        return "".join(clauses)
    return f"{', '.join(clauses[:-1])} and {clauses[-1]}"


def _elided(clause: str, before: str) -> str:
    """The clause without the verb that it shares with the previous one."""
    for shared in _SHARED:
        if clause.startswith(shared) and before.startswith(shared):
            return clause.removeprefix(shared)
    return clause


def _cancelled(slots: Slots, issue: int | None) -> str:
    """What is cancelled, by the reasons of the call; empty if they do not say."""
    kinds = {r.kind for r in slots.reasons if issue is None or r.issue == issue}
    if ReasonKind.CANCEL_SUBSCRIPTION in kinds:
        return "" if ReasonKind.CANCEL_ORDER in kinds else "subscription"
    return "order" if kinds & _OF_ORDERS else ""
