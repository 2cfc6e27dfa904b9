"""Reasons for contact, and how each may end.

An ending is a line of acts, e.g. `refund:REFUSED:return_window goodwill_credit:DONE > callback:PROMISED`: what settles
the issue, and after `>` what follows. A third part names the condition, or the ground of a refusal; `@customer` says
that the customer acts. `unresolved` alone ends a call without an answer.
"""

from __future__ import annotations

from dataclasses import dataclass

GOODS = "goods"
POWERED = "powered"
SERVICES = "services"
DEVICE = "device"
NOTHING = ""


@dataclass(frozen=True)
class Reason:
    """Why a customer makes contact.

    What it is about, which number identifies it, what may be cancelled or changed, and who is behind the first line.
    """

    product: str
    ref: str
    thing: str
    team: str


REASONS: dict[str, Reason] = {
    "late_delivery": Reason(GOODS, "order_id", "order", "goods"),
    "missing_item": Reason(GOODS, "order_id", "order", "goods"),
    "damaged_item": Reason(GOODS, "order_id", "order", "goods"),
    "wrong_item": Reason(GOODS, "order_id", "order", "goods"),
    "double_charge": Reason(GOODS, "order_id", "order", "money"),
    "wrong_amount": Reason(SERVICES, "account_id", "contract", "money"),
    "refund_status": Reason(GOODS, "order_id", "order", "money"),
    "cancel_subscription": Reason(SERVICES, "account_id", "contract", "money"),
    "cancel_order": Reason(GOODS, "order_id", "order", "goods"),
    "change_address": Reason(GOODS, "order_id", "delivery", "goods"),
    "locked_account": Reason(NOTHING, "account_id", "account", "access"),
    "internet_outage": Reason(DEVICE, "account_id", "line", "line"),
    "product_fault": Reason(POWERED, "order_id", "order", "goods"),
    "reschedule_appointment": Reason(NOTHING, "account_id", "appointment", "line"),
    "lost_card": Reason(NOTHING, "account_id", "card", "access"),
    "warranty_claim": Reason(POWERED, "order_id", "order", "goods"),
}

ENDINGS: dict[str, tuple[str, ...]] = {
    "late_delivery": (
        "investigation:PENDING > callback:PROMISED",
        "refund:CONDITIONAL:courier_confirms",
        "replacement:CONDITIONAL:courier_confirms",
        "refund:REFUSED:delivered > escalation:DONE",
        "goodwill_credit:DONE > callback:PROMISED",
        "replacement:PROMISED",
        "replacement:PENDING",
        "refund:DONE",
        "escalation:DONE",
        "unresolved",
    ),
    "missing_item": (
        "replacement:PROMISED",
        "replacement:PENDING",
        "refund:DONE",
        "refund:PROMISED",
        "refund:CONDITIONAL:check_confirms > send_documents:PROMISED@customer",
        "refund:REFUSED:delivered",
        "investigation:PENDING > callback:PROMISED",
    ),
    "damaged_item": (
        "return_label:DONE refund:CONDITIONAL:item_returned",
        "replacement:PROMISED > send_documents:PROMISED@customer",
        "refund:REFUSED:return_window goodwill_credit:DONE",
        "refund:REFUSED:user_damage",
        "refund:DONE",
        "refund:PENDING",
        "replacement:CONDITIONAL:item_returned",
        "repair:PROMISED",
    ),
    "wrong_item": (
        "return_label:DONE replacement:PROMISED",
        "replacement:CONDITIONAL:item_returned",
        "refund:CONDITIONAL:item_returned > send_documents:PROMISED@customer",
        "replacement:PENDING > callback:PROMISED",
        "refund:PROMISED",
        "refund:REFUSED:return_window",
    ),
    "double_charge": (
        "refund:DONE",
        "refund:PROMISED",
        "refund:PENDING > callback:PROMISED",
        "refund:CONDITIONAL:check_confirms",
        "investigation:PENDING",
        "escalation:DONE",
        "unresolved",
    ),
    "wrong_amount": (
        "bill_correction:DONE",
        "bill_correction:PROMISED",
        "bill_correction:CONDITIONAL:check_confirms",
        "bill_correction:REFUSED:price_correct goodwill_credit:DONE",
        "bill_correction:REFUSED:price_correct > escalation:PROMISED",
        "bill_correction:PENDING",
        "escalation:DONE",
    ),
    "refund_status": (
        "refund:PENDING",
        "refund:PROMISED",
        "refund:DONE",
        "refund:REFUSED:return_window",
        "refund:CONDITIONAL:documents_sent > send_documents:PROMISED@customer",
        "investigation:PENDING > callback:PROMISED",
        "escalation:DONE",
    ),
    "cancel_subscription": (
        "cancellation:DONE",
        "cancellation:DONE refund:PROMISED",
        "cancellation:REFUSED:minimum_term",
        "cancellation:REFUSED:minimum_term goodwill_credit:DONE",
        "cancellation:PENDING > callback:PROMISED",
        "cancellation:CONDITIONAL:identity_confirmed",
        "escalation:DONE",
    ),
    "cancel_order": (
        "cancellation:DONE refund:PROMISED",
        "cancellation:REFUSED:already_shipped return_label:DONE",
        "cancellation:REFUSED:already_shipped",
        "cancellation:PENDING",
        "cancellation:CONDITIONAL:not_shipped > callback:PROMISED",
        "cancellation:DONE",
    ),
    "change_address": (
        "address_update:DONE",
        "address_update:PROMISED",
        "address_update:REFUSED:already_shipped",
        "address_update:CONDITIONAL:not_shipped",
        "address_update:PENDING > callback:PROMISED",
        "address_update:REFUSED:no_identity > escalation:PROMISED",
    ),
    "locked_account": (
        "password_reset:DONE",
        "password_reset:PROMISED",
        "password_reset:CONDITIONAL:identity_confirmed",
        "password_reset:REFUSED:no_identity > escalation:DONE",
        "escalation:DONE",
        "investigation:PENDING > callback:PROMISED",
        "unresolved",
    ),
    "internet_outage": (
        "technician_visit:PROMISED",
        "technician_visit:CONDITIONAL:line_fault",
        "technician_visit:REFUSED:known_outage goodwill_credit:PROMISED",
        "restart_device:DONE@customer resolved",
        "investigation:PENDING > callback:PROMISED",
        "escalation:DONE",
        "unresolved",
    ),
    "product_fault": (
        "repair:PROMISED",
        "repair:CONDITIONAL:documents_sent > send_documents:PROMISED@customer",
        "return_label:DONE repair:PENDING",
        "refund:REFUSED:return_window repair:PROMISED",
        "replacement:CONDITIONAL:item_returned",
        "replacement:PENDING",
        "restart_device:DONE@customer resolved",
        "repair:REFUSED:user_damage",
    ),
    "reschedule_appointment": (
        "reschedule:DONE",
        "reschedule:PROMISED",
        "reschedule:REFUSED:fully_booked > callback:PROMISED",
        "reschedule:CONDITIONAL:slot_free",
        "reschedule:PENDING",
    ),
    "lost_card": (
        "card_block:DONE replacement:PROMISED",
        "card_block:DONE",
        "card_block:REFUSED:no_identity > escalation:DONE",
        "card_block:CONDITIONAL:identity_confirmed",
        "card_block:DONE replacement:PENDING",
    ),
    "warranty_claim": (
        "repair:PROMISED",
        "repair:PENDING > callback:PROMISED",
        "replacement:CONDITIONAL:documents_sent > send_documents:PROMISED@customer",
        "refund:REFUSED:no_proof",
        "repair:REFUSED:user_damage",
        "return_label:DONE repair:PROMISED",
    ),
}
