"""Wordings of each act: what was promised, what was done, and the act's name."""

from __future__ import annotations

from dataclasses import dataclass

from arf.tasks.customer_service.phrases.rendering import amount_text
from arf.tasks.customer_service.tagging.slots import Act, ActKind


@dataclass(frozen=True)
class Forms:
    """One act in three forms: "promised to BASE", "PAST", "asked for NOUN"."""

    base: str
    past: str
    noun: str


_FORMS = {
    ActKind.REFUND: Forms("issue a refund", "issued a refund", "a refund"),
    ActKind.REPLACEMENT: Forms("send a replacement", "sent a replacement", "a replacement"),
    ActKind.PASSWORD_RESET: Forms("reset the password", "reset the password", "a password reset"),
    ActKind.ADDRESS_UPDATE: Forms("update the address", "updated the address", "an address update"),
    ActKind.TECHNICIAN_VISIT: Forms("send a technician", "sent a technician", "a technician visit"),
    ActKind.INVESTIGATION: Forms("investigate the issue", "investigated the issue", "an investigation"),
    ActKind.RETURN_LABEL: Forms("send a return label", "sent a return label", "a return label"),
    ActKind.GOODWILL_CREDIT: Forms("apply a goodwill credit", "applied a goodwill credit", "a goodwill credit"),
    ActKind.CALLBACK: Forms("call the customer back", "called the customer back", "a callback"),
    ActKind.RESCHEDULE: Forms("reschedule the appointment", "rescheduled the appointment", "a new appointment"),
    ActKind.CARD_BLOCK: Forms("block the card", "blocked the card", "a card block"),
    ActKind.REPAIR: Forms("arrange a repair", "arranged a repair", "a repair"),
    ActKind.BILL_CORRECTION: Forms("correct the bill", "corrected the bill", "a bill correction"),
    ActKind.RESTART_DEVICE: Forms("restart the device", "restarted the device", "a restart of the device"),
    ActKind.SEND_DOCUMENTS: Forms("send the documents", "sent the documents", "the documents"),
}
_CANCELLED = {
    "": Forms("make the cancellation", "made the cancellation", "a cancellation"),
    "order": Forms("cancel the order", "cancelled the order", "a cancellation of the order"),
    "subscription": Forms(
        "cancel the subscription", "cancelled the subscription", "a cancellation of the subscription"
    ),
}
_WITH_AMOUNT = {
    ActKind.REFUND: Forms("refund {}", "refunded {}", "a refund of {}"),
    ActKind.GOODWILL_CREDIT: Forms(
        "apply a goodwill credit of {}", "applied a goodwill credit of {}", "a goodwill credit of {}"
    ),
    ActKind.BILL_CORRECTION: Forms("correct the bill to {}", "corrected the bill to {}", "a bill correction to {}"),
}


def forms(act: Act, cancelled: str) -> Forms:
    """The forms of an act with its amount; `cancelled` is what is cancelled: order, subscription, or empty."""
    if act.kind is ActKind.ESCALATION:
        return _escalation(act.team, act.transfer)
    if act.kind is ActKind.CANCELLATION:
        return _CANCELLED[cancelled]
    if act.amount and act.kind in _WITH_AMOUNT:
        amount, told = amount_text(act.amount), _WITH_AMOUNT[act.kind]
        return Forms(told.base.format(amount), told.past.format(amount), told.noun.format(amount))
    return _FORMS[act.kind]


def _escalation(team: str | None, transfer: bool) -> Forms:
    if team is None:
        return Forms("escalate the case", "escalated the case", "an escalation of the case")
    whom, what = f"the {team} team", "the customer" if transfer else "the case"
    verb = ("transfer", "transferred", "a transfer of") if transfer else ("pass", "passed", "an escalation of")
    return Forms(*(f"{v} {what} to {whom}" for v in verb))
