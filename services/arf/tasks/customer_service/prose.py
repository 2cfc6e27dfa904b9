"""Third-person prose from the slots: two or three plain sentences, in few forms of words."""

from __future__ import annotations

from arf.kit.text import words
from arf.tasks.customer_service.act_phrases import Forms, forms
from arf.tasks.customer_service.reason_phrases import reason_phrase
from arf.tasks.customer_service.rendering import deadline_text
from arf.tasks.customer_service.slots import Act, ActKind, ReasonKind, Resolution, Slots
from arf.v1 import transcript_pb2 as t

MIN_WORDS, MAX_WORDS = 12, 60
# As many acts as fit a summary; earlier ones go first, since later ones settle the call.
_MAX_ACTS = 5
_SHARED = ("promised to ", "refused ", "asked for ")
_SUBJECTS = {t.ROLE_CUSTOMER: "The customer", t.ROLE_AGENT: "The agent", t.ROLE_BOT: "The support bot"}


def write(slots: Slots) -> str | None:
    """The summary of a call, 12 to 60 words; None where reason or outcome is not known, or it does not fit."""
    if slots.reason is None:
        return None
    body = outcome_sentences(slots)
    while body:
        text = " ".join((reason_sentence(slots), *body))
        count = len(words(text))
        if count <= MAX_WORDS:
            return text if count >= MIN_WORDS else None
        body = body[1:]
    return None


def reason_sentence(slots: Slots) -> str:
    """Why the customer made contact, for each issue. Empty where no reason is known."""
    phrases = list(dict.fromkeys(reason_phrase(r) for r in slots.reasons))
    return f"The customer contacted support {' and '.join(phrases)}." if phrases else ""


def outcome_sentences(slots: Slots) -> list[str]:
    """What was done, promised, refused or left open, in order. Empty where nothing is known of it."""
    answered = {a.kind for a in slots.acts if a.actor != t.ROLE_CUSTOMER}
    told = [a for a in slots.acts if a.actor in _SUBJECTS and not (_is_request(a) and a.kind in answered)]
    cancelled = "subscription" if _only_subscription(slots) else "order"
    sentences = []
    for group in _groups(told[-_MAX_ACTS:]):
        clauses = [act_clause(act, forms(act, cancelled)) for act in group]
        sentences.append(f"{_SUBJECTS[group[0].actor]} {_joined(clauses)}.")
    if slots.resolution == Resolution.UNRESOLVED or (told and all(_is_request(a) for a in told)):
        sentences.append("The issue was not resolved.")
    elif slots.resolution == Resolution.RESOLVED and not any(_settles(a) for a in told):
        sentences.append("The issue was resolved.")
    return sentences


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
    """Acts that one sentence can tell: one actor, at most three, nothing after a condition or a cause."""
    groups: list[list[Act]] = []
    for act in acts:
        last = groups[-1] if groups else []
        if last and last[-1].actor == act.actor and len(last) < 3 and _goes_with(last[-1], act):
            last.append(act)
        else:
            groups.append([act])
    return groups


def _goes_with(first: Act, second: Act) -> bool:
    """Whether the second act can follow in one sentence without seeming to share a condition or a cause."""
    if first.condition or first.cause:
        return False
    return not (first.status == second.status or second.condition and first.status == t.FACT_STATUS_PROMISED) or not (
        second.condition or second.cause
    )


def _joined(clauses: list[str]) -> str:
    clauses = [_elided(clause, before) for clause, before in zip(clauses, ["", *clauses], strict=False)]
    if len(clauses) < 2:
        return "".join(clauses)
    return f"{', '.join(clauses[:-1])} and {clauses[-1]}"


def _elided(clause: str, before: str) -> str:
    """The clause without the verb that the one before it has already said."""
    for shared in _SHARED:
        if clause.startswith(shared) and before.startswith(shared):
            return clause.removeprefix(shared)
    return clause


def _is_request(act: Act) -> bool:
    return act.actor == t.ROLE_CUSTOMER and act.status == t.FACT_STATUS_REQUESTED


def _settles(act: Act) -> bool:
    return act.actor != t.ROLE_CUSTOMER


def _only_subscription(slots: Slots) -> bool:
    kinds = {r.kind for r in slots.reasons}
    return ReasonKind.CANCEL_SUBSCRIPTION in kinds and ReasonKind.CANCEL_ORDER not in kinds
