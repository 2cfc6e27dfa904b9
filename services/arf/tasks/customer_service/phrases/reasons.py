"""Wordings of each contact reason, after "The customer contacted support"."""

from __future__ import annotations

from arf.tasks.customer_service.phrases.rendering import amount_text, date_text
from arf.tasks.customer_service.tagging.slots import Reason, ReasonKind


def reason_phrase(reason: Reason) -> str:
    """A clause such as "because order 48213 arrived damaged" or "to cancel a subscription"."""
    order = f"order {reason.order_id}" if reason.order_id else ""
    item = f"the {reason.product}" if reason.product else ""
    goods = f"{item} from {order}" if item and order else item or order
    on_order = f" for {order}" if order else f" for {item}" if item else ""
    amount = amount_text(reason.amount) if reason.amount else ""
    match reason.kind:
        case ReasonKind.LATE_DELIVERY:
            due = f", due on {date_text(reason.date)}," if reason.date else ""
            return f"because {goods or 'a delivery'}{due} had not arrived"
        case ReasonKind.MISSING_ITEM:
            return f"because {item or 'an item'} was missing from {order or 'a delivery'}"
        case ReasonKind.DAMAGED_ITEM:
            return f"because {goods or 'an item'} arrived damaged"
        case ReasonKind.WRONG_ITEM:
            instead = f" instead of {item}" if item else ""
            return f"because {order or 'a delivery'} contained the wrong item{instead}"
        case ReasonKind.DOUBLE_CHARGE:
            return f"because they were charged {amount + ' ' if amount else ''}twice{on_order}"
        case ReasonKind.WRONG_AMOUNT:
            return f"because they were charged the wrong amount{f' of {amount}' if amount else ''}{on_order}"
        case ReasonKind.REFUND_STATUS:
            return f"to ask about a refund{f' of {amount}' if amount else ''}{on_order}"
        case ReasonKind.CANCEL_SUBSCRIPTION:
            return f"to cancel {item or 'a subscription'}"
        case ReasonKind.CANCEL_ORDER:
            return f"to cancel {goods or 'an order'}"
        case ReasonKind.CHANGE_ADDRESS:
            return f"to change the address{on_order}"
        case ReasonKind.LOCKED_ACCOUNT:
            return "because they were locked out of their account"
        case ReasonKind.INTERNET_OUTAGE:
            return "because their internet connection was down"
        case ReasonKind.PRODUCT_FAULT:
            return f"because {goods or 'a product'} was faulty"
        case ReasonKind.OTHER:
            return reason.text
