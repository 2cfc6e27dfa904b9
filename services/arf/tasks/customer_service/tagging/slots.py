"""The content of a customer-service call, reduced to what its summary must state."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from arf.v1.transcript_pb2 import FactStatus, Role


class ReasonKind(StrEnum):
    """Why customers contact a company; OTHER comes with a phrase of its own."""

    LATE_DELIVERY = "late_delivery"
    MISSING_ITEM = "missing_item"
    DAMAGED_ITEM = "damaged_item"
    WRONG_ITEM = "wrong_item"
    DOUBLE_CHARGE = "double_charge"
    WRONG_AMOUNT = "wrong_amount"
    REFUND_STATUS = "refund_status"
    CANCEL_SUBSCRIPTION = "cancel_subscription"
    CANCEL_ORDER = "cancel_order"
    CHANGE_ADDRESS = "change_address"
    LOCKED_ACCOUNT = "locked_account"
    INTERNET_OUTAGE = "internet_outage"
    PRODUCT_FAULT = "product_fault"
    OTHER = "other"


class ActKind(StrEnum):
    """What is requested, done, promised or refused in a call."""

    REFUND = "refund"
    REPLACEMENT = "replacement"
    CANCELLATION = "cancellation"
    PASSWORD_RESET = "password_reset"
    ADDRESS_UPDATE = "address_update"
    TECHNICIAN_VISIT = "technician_visit"
    INVESTIGATION = "investigation"
    RETURN_LABEL = "return_label"
    GOODWILL_CREDIT = "goodwill_credit"
    CALLBACK = "callback"
    ESCALATION = "escalation"
    RESCHEDULE = "reschedule"
    CARD_BLOCK = "card_block"
    REPAIR = "repair"
    BILL_CORRECTION = "bill_correction"
    RESTART_DEVICE = "restart_device"
    SEND_DOCUMENTS = "send_documents"


class Resolution(StrEnum):
    """How the call ended, if that was said explicitly."""

    RESOLVED = "resolved"
    UNRESOLVED = "unresolved"


@dataclass(frozen=True)
class Reason:
    """Why the customer made contact; values are canonical, absent ones None; `issue` counts from 0.

    `text` is set for OTHER alone: a clause to follow "The customer contacted support".
    """

    kind: ReasonKind
    text: str = ""
    order_id: str | None = None
    product: str | None = None
    amount: str | None = None
    date: str | None = None
    issue: int = 0
    turn_ids: tuple[str, ...] = ()


@dataclass(frozen=True)
class Act:
    """One act as it stands at the end of the call.

    `amount` is canonical ("35.20 USD"), `deadline` an ISO date or an ISO 8601 duration, `time` "14:30". `condition` and
    `cause` (of a refusal) are clauses in the third person without their conjunction, `team` is a name without "team",
    and `transfer` tells that the customer, not only the case, is passed on to it. Of an act that is `whole` everything
    that the company said of it is understood; another may have been offered, hoped for, or somebody else's.
    """

    kind: ActKind
    actor: Role
    status: FactStatus
    amount: str | None = None
    deadline: str | None = None
    time: str | None = None
    condition: str | None = None
    cause: str | None = None
    team: str | None = None
    transfer: bool = False
    issue: int = 0
    whole: bool = True
    turn_ids: tuple[str, ...] = ()


@dataclass(frozen=True)
class Slots:
    """Everything the tagger found in a call; acts are in the order in which they were first mentioned.

    `unread_turn_ids` are turns in which the company says something that was not understood, so that more may have
    happened than the slots tell. `from_thread` says that the call is a thread in public: the reason is then in the
    customer's own words, and acts are read less surely, enough to contradict a summary but not to find one wanting.
    """

    reason: Reason | None = None
    extra_reasons: tuple[Reason, ...] = ()
    acts: tuple[Act, ...] = ()
    resolution: Resolution | None = None
    resolution_turn_ids: tuple[str, ...] = ()
    unread_turn_ids: tuple[str, ...] = ()
    from_thread: bool = False

    @property
    def reasons(self) -> tuple[Reason, ...]:
        """All reasons, the main one first."""
        return () if self.reason is None else (self.reason, *self.extra_reasons)
