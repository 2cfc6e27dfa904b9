"""The generated company: its channels, and plain wordings of its conditions and requests."""

from __future__ import annotations

TRAIN = "train"
HELD_OUT = "held_out"
CHANNELS = ("phone", "bot_chat", "agent_chat", "web_form", "email")
DIALOGUES = ("phone", "bot_chat", "agent_chat")

HELD_OUT_REASONS = frozenset({"reschedule_appointment", "lost_card", "warranty_claim"})

# The opening of these says what is wanted, so that it is a request as well.
IMPLIED_REQUESTS = {
    "cancel_subscription": "cancellation",
    "cancel_order": "cancellation",
    "change_address": "address_update",
    "reschedule_appointment": "reschedule",
}

# Canonical clauses for conditions of acts, and for reasons to refuse them.
CONDITIONS = {
    "item_returned": "the item is returned",
    "courier_confirms": "the courier confirms the loss",
    "documents_sent": "the receipt is provided",
    "check_confirms": "the error is confirmed",
    "not_shipped": "the order has not shipped yet",
    "identity_confirmed": "the identity is confirmed",
    "line_fault": "a fault is found on the line",
    "slot_free": "a slot becomes free",
    "return_window": "the return window has passed",
    "already_shipped": "the order has already shipped",
    "minimum_term": "the minimum term is not over",
    "no_proof": "there is no proof of purchase",
    "user_damage": "the damage was caused by a fall",
    "price_correct": "the price matches the contract",
    "no_identity": "the identity could not be confirmed",
    "delivered": "the records show that it was delivered",
    "known_outage": "the outage affects the whole area",
    "fully_booked": "all appointments are taken",
}
