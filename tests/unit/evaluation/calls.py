"""Hand-made calls with gold for the matcher's tests."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from arf.calls.records import from_dict
from arf.v1.transcript_pb2 import Call


def fact(fact_id: str, slot: str, value: str, actor: str = "AGENT", **more: Any) -> dict[str, Any]:
    """A gold fact of issue i1, unless `more` says another."""
    return {"fact_id": fact_id, "issue_id": "i1", "slot": slot, "value": value, "actor": actor, **more}


def call(turns: Sequence[tuple[str, str]], facts: Sequence[dict[str, Any]], summary: str = "", **more: Any) -> Call:
    """A call of (speaker, text) turns with gold facts."""
    gold = {"facts": list(facts), "summary": summary}
    spoken = [
        {"turn_id": str(n), "speaker": speaker, "role": speaker.upper(), "text": text}
        for n, (speaker, text) in enumerate(turns)
    ]
    return from_dict({"id": "c1", "tenant": "t", "channel": "phone", "turns": spoken, "gold": gold, **more}, Call)


DAMAGED = (
    "The customer contacted support because the toaster from order 48213 arrived damaged. The agent "
    "refunded $35.20 and "
    "will call the customer back by 14 March."
)


def damaged_toaster() -> Call:
    """A damaged toaster: a refund that is done, a callback that is promised, a second order beside it."""
    return call(
        [
            (
                "customer",
                "Hi, my toaster from order 48213, no, sorry, that is 48231, arrived broken. No, 48213 is right.",
            ),
            ("customer", "I'd like my money back. I also have order 55555, that one is fine."),
            ("agent", "I'm sorry. I have refunded 35.20 dollars to your card, and we'll call you back by March 14th."),
        ],
        [
            fact("f1", "reason", "damaged_item", "CUSTOMER", key=True),
            fact("f2", "request", "refund", "CUSTOMER", status="REQUESTED"),
            fact("f3", "outcome", "refund", status="DONE", key=True),
            fact("f3.amount", "amount", "35.20 USD", key=True),
            fact("f4", "next_step", "callback", status="PROMISED", key=True),
            fact("f4.deadline", "deadline", "2026-03-14", key=True),
            fact("v1", "order_id", "48213", "CUSTOMER"),
            fact("v1.was", "order_id", "48231", "CUSTOMER", superseded_by="v1"),
            fact("v2", "order_id", "55555", "CUSTOMER"),
            fact("v3", "product", "toaster", "CUSTOMER"),
        ],
        DAMAGED,
    )


def refused_refund() -> Call:
    """A refund that is refused, an offer under a condition beside it."""
    return call(
        [
            ("customer", "I was charged twice for order A-771. Please pay one back."),
            (
                "agent",
                "I cannot refund that, the return window has passed. If you send the lamp back, I will repair it.",
            ),
        ],
        [
            fact("f1", "reason", "double_charge", "CUSTOMER", key=True),
            fact("f2", "request", "refund", "CUSTOMER", status="REQUESTED"),
            fact("f3", "action", "refund", status="REFUSED"),
            fact("f3.condition", "condition", "the return window has passed"),
            fact("f4", "outcome", "repair", status="CONDITIONAL", key=True),
            fact("f4.condition", "condition", "the item is returned", turn_ids=["1"]),
            fact("v1", "order_id", "A771", "CUSTOMER"),
            fact("v2", "product", "lamp", "CUSTOMER"),
        ],
    )


def unresolved() -> Call:
    """An outage that nobody could help with."""
    return call(
        [("customer", "The internet is down since 3 May."), ("bot", "I am sorry, I cannot help with that right now.")],
        [
            fact("f1", "reason", "internet_outage", "CUSTOMER", key=True),
            fact("f2", "outcome", "unresolved", key=True),
            fact("v1", "date", "2026-05-03", "CUSTOMER"),
        ],
    )


def two_issues() -> Call:
    """Two refunds of two orders, one promised and one done."""
    return call(
        [
            ("customer", "The tent was missing from order 15147, and order 22934 was charged twice."),
            (
                "agent",
                "I promise to refund 459.20 dollars for the tent by 9 December. I have refunded 89.20 dollars as well.",
            ),
        ],
        [
            fact("f1", "reason", "missing_item", "CUSTOMER", key=True),
            fact("f2", "outcome", "refund", status="PROMISED", key=True),
            fact("f2.amount", "amount", "459.20 USD", key=True),
            fact("f2.deadline", "deadline", "2026-12-09", key=True),
            fact("v1", "order_id", "15147", "CUSTOMER"),
            fact("v2", "product", "tent", "CUSTOMER"),
            fact("f3", "reason", "double_charge", "CUSTOMER", key=True, issue_id="i2"),
            fact("f4", "outcome", "refund", status="DONE", key=True, issue_id="i2"),
            fact("f4.amount", "amount", "89.20 USD", key=True, issue_id="i2"),
            fact("v3", "order_id", "22934", "CUSTOMER", issue_id="i2"),
        ],
    )


def escalated_outage() -> Call:
    """An outage that is passed to the engineering team."""
    return call(
        [
            ("customer", "My router shows no internet at all."),
            ("bot", "Let me bring up your file. The engineering team takes over, I am connecting you."),
        ],
        [
            fact("f1", "reason", "internet_outage", "CUSTOMER", key=True),
            fact("f2", "outcome", "escalation", "BOT", status="DONE", key=True),
            fact("f2.team", "team", "engineering", "BOT"),
        ],
    )


def wish(reason: str, act: str, status: str, said: str) -> Call:
    """A wish whose act ended with this status."""
    return call(
        [("customer", said), ("agent", "I have looked at it for you.")],
        [
            fact("f1", "reason", reason, "CUSTOMER", key=True),
            fact("f2", "outcome", act, status=status, key=True),
        ],
    )
