"""Gold summaries made wrong in one way each, to see whether the matcher notices."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from random import Random

from arf.calls.text import sentences
from arf.v1.transcript_pb2 import Call, FactStatus

_PAST = {
    "refund": "refunded", "give": "gave", "send": "sent", "replace": "replaced", "cancel": "cancelled",
    "reset": "reset",
    "update": "updated", "change": "changed", "arrange": "arranged", "investigate": "investigated", "look": "looked",
    "credit": "credited", "call": "called", "pass": "passed", "transfer": "transferred", "move": "moved",
    "block": "blocked", "repair": "repaired", "correct": "corrected", "restart": "restarted",
}  # fmt: skip
_BASE = {past: base for base, past in _PAST.items()}
_REASONS = {
    "damaged_item": "the item arrived damaged",
    "locked_account": "their account was locked",
    "late_delivery": "the order was late",
    "double_charge": "they were charged twice",
    "cancel_order": "they wanted to cancel the order",
    "missing_item": "an item was missing from the order",
    "wrong_item": "the wrong item was delivered",
    "lost_card": "they had lost their card",
    "refund_status": "the refund had not arrived",
    "internet_outage": "the internet was down",
    "warranty_claim": "they wanted to make a warranty claim",
    "reschedule_appointment": "they wanted to reschedule the appointment",
    "change_address": "they wanted to change the delivery address",
    "wrong_amount": "the bill was too high",
    "cancel_subscription": "they wanted to cancel their subscription",
}
_ACTS = {
    "refund": "The agent refunded $12.34.",
    "callback": "The agent will call the customer back.",
    "goodwill_credit": "The agent gave a goodwill credit of $15.00.",
    "technician_visit": "A technician visit was scheduled for Friday.",
    "card_block": "The agent blocked the card.",
    "password_reset": "The agent reset the password.",
    "gift": "The agent gave the customer a free smartphone and a hotel voucher.",
    "escalation": "The case was escalated to a supervisor.",
}
VAGUE = (
    "The customer contacted support because they were having issues with their account and wanted to resolve it. The "
    "agent helped them.",
    "The customer contacted support because they were having a problem with their order. The agent was "
    "able to assist "
    "them and resolve the issue.",
    "The customer contacted support because they were unhappy with the service, and the agent apologized "
    "and offered to "
    "help them with it.",
    "The customer contacted support because they had a question about their order and the agent provided "
    "them with the "
    "information they needed.",
)


def corruptions(call: Call, rng: Random) -> Iterator[tuple[str, str]]:
    """(kind, summary) of each way in which the call's gold summary can be made wrong."""
    gold = call.gold.summary
    for kind, make in (("values", _values), ("acts", _acts), ("whole", _whole)):
        for name, text in make(call, gold, rng):
            if text != gold:
                yield f"{kind}.{name}", text


def _values(call: Call, gold: str, _: Random) -> Iterator[tuple[str, str]]:
    if found := re.search(r"\$(\d+)\.(\d\d)(?= |\.|,)", gold):
        yield "amount", gold.replace(found[0], f"${int(found[1]) + 3}.{found[2]}")
    if found := re.search(
        r"(\d+) (January|February|March|April|May|June|July|August|September|October|November)", gold
    ):
        day = int(found[1])
        yield "date", gold.replace(found[0], f"{day - 1 if day > 1 else 2} {found[2]}")
    if found := re.search(r"within (\d+) days", gold):
        yield "duration", gold.replace(found[0], f"within {int(found[1]) + 2} days")
    if found := re.search(r"(?:order|account) ([A-Z]*\d+)", gold):
        yield "id", gold.replace(found[1], found[1][:-1] + str((int(found[1][-1]) + 1) % 10))
        others = [f.value for f in call.gold.facts if f.slot in ("order_id", "account_id") and f.value not in gold]
        if others:
            yield "other_id", gold.replace(found[1], others[0])
    product = next((f.value for f in call.gold.facts if f.slot == "product"), "")
    if product and product in gold:
        yield "product", gold.replace(product, "garden gnome")


_Change = Callable[[re.Match[str], str], str]
_REWRITES: tuple[tuple[str, str, _Change], ...] = (
    ("promised_done",
     r"The (agent|bot) (?:will|promised to) (?!arrange)(\w+)(?!.* if )(.*?)(?: (?:by|within) [^.]*)?\.",
     lambda m, s: f"The {m[1]} {_PAST[m[2]]}{m[3]}."),
    ("promised_refused", r"The (agent|bot) (?:will|promised to) (?!.* if )", lambda m, s: f"The {m[1]} refused to "),
    ("promised_conditional", r"(The (?:agent|bot) (?:will|promised to) (?!.* if ).*)\.",
     lambda m, s: f"{m[1]} if the manager approves it."),
    ("promised_by_customer", r"The (agent|bot) (will|promised to)", lambda m, s: f"The customer {m[2]}"),
    ("condition_dropped", r"( only)? if .*\.", lambda m, s: "."),
    ("condition_changed", r" if .*\.", lambda m, s: " if the customer pays a fee."),
    ("conditional_done", r"The (agent|bot) (?:will|promised to|can) (\w+)(.*?)(?: only)? if .*\.",
     lambda m, s: f"The {m[1]} {_PAST[m[2]]}{m[3]}."),
    ("done_promised", rf"The (agent|bot) ({'|'.join(_BASE)}) ", lambda m, s: f"The {m[1]} will {_BASE[m[2]]} "),
    ("done_refused", rf"The (agent|bot) ({'|'.join(_BASE)}) ", lambda m, s: f"The {m[1]} refused to {_BASE[m[2]]} "),
    ("done_negated", rf"The (agent|bot) ({'|'.join(_BASE)}) ", lambda m, s: f"The {m[1]} did not {_BASE[m[2]]} "),
    ("done_by_customer", rf"The (agent|bot) ({'|'.join(_BASE)}) ", lambda m, s: f"The customer {m[2]} "),
    ("refused_done", r"The (agent|bot) (?:refused to|could not|declined to) (\w+) (.*?) because.*",
     lambda m, s: f"The {m[1]} {_PAST[m[2]]} {m[3]}."),
    ("refused_promised", r"The (agent|bot) (?:refused to|could not|declined to) (.*?) because.*",
     lambda m, s: f"The {m[1]} will {m[2]}."),
    ("pending_done", r"The (agent|bot) (?:explained|said) that (an? .*?) is.*",
     lambda m, s: f"The {m[1]} completed {m[2]}."),
)  # fmt: skip


def _acts(call: Call, gold: str, _: Random) -> Iterator[tuple[str, str]]:
    parts = [s.text for s in sentences(gold)]
    for i, part in enumerate(parts):
        for name, pattern, change in _REWRITES:
            found = re.search(pattern, part)
            if found is not None:
                text = part[: found.start()] + change(found, part) + part[found.end() :]
                yield name, " ".join([*parts[:i], text, *parts[i + 1 :]])


_WISHES = {"change_address", "cancel_subscription", "cancel_order", "reschedule_appointment"}


def _whole(call: Call, gold: str, rng: Random) -> Iterator[tuple[str, str]]:
    parts = [s.text for s in sentences(gold)]
    reasons = {f.value for f in call.gold.facts if f.slot == "reason"}
    other = rng.choice([r for r in _REASONS if r not in reasons])
    yield "reason", " ".join([f"The customer contacted support because {_REASONS[other]}.", *parts[1:]])
    if len(reasons) == 1:
        yield "no_outcome", f"{parts[0]} The agent looked at it and told the customer about it."
        if not (reasons & _WISHES and any(f.status == FactStatus.FACT_STATUS_REFUSED for f in call.gold.facts)):
            # To refuse what was wished is to tell the wish: nothing is left out then.
            yield "no_reason", " ".join([*parts[1:], "The customer had contacted support and the agent looked at it."])
    known = {f.value for f in call.gold.facts}
    act = rng.choice([a for a in _ACTS if a not in known and not (a == "card_block" and "lost_card" in reasons)])
    yield "fabricated", f"{gold} {_ACTS[act]}"
    shuffled = gold.split()
    rng.shuffle(shuffled)
    yield "shuffled", " ".join(shuffled)
    yield "gibberish", "lorem ipsum the the refund of of agent customer " * 3 + "."
    yield "copied", " ".join(turn.text for turn in call.turns)[:250]
    for text in VAGUE:
        yield "vague", text
