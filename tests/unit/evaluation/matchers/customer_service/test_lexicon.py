"""The wordings of acts and reasons."""

from __future__ import annotations

import pytest

from arf.evaluation.matchers.customer_service.lexicon import explains, mentions


def _names(text: str, kind: str) -> list[set[str]]:
    return [set(m.names) for m in mentions(text, kind)]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("the parcel had not arrived", "late_delivery"),
        ("the order was delayed", "late_delivery"),
        ("the charger was missing from the box", "missing_item"),
        ("the mug arrived cracked", "damaged_item"),
        ("they received the wrong size", "wrong_item"),
        ("they were billed twice", "double_charge"),
        ("they were overcharged", "wrong_amount"),
        ("the refund for the kettle had not arrived", "refund_status"),
        ("they asked about the status of their refund", "refund_status"),
        ("they could not log in to their account", "locked_account"),
        ("their broadband connection was down", "internet_outage"),
        ("they didn't have internet", "internet_outage"),
        ("they were experiencing a problem with their internet connection", "internet_outage"),
        ("the kettle had stopped working", "product_fault"),
        ("they had lost their bank card", "lost_card"),
        ("they made a warranty claim", "warranty_claim"),
    ],
)
def test_a_reason_is_recognised_when_worded_in_its_usual_ways(text: str, reason: str) -> None:
    assert _names(text, "reason") == [{reason}]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("wanted to cancel their subscription", "cancel_subscription"),
        ("wanted to cancel order 12345", "cancel_order"),
        ("needed a new delivery address", "change_address"),
        ("wished to move the appointment", "reschedule_appointment"),
    ],
)
def test_a_wish_is_recognised_when_it_names_its_object(text: str, reason: str) -> None:
    assert _names(text, "wish") == [{reason}]


@pytest.mark.parametrize(
    ("text", "act"),
    [
        ("reimbursed the customer", "refund"),
        ("paid $20 back", "refund"),
        ("sent a new kettle", "replacement"),
        ("voided the order", "cancellation"),
        ("sent a reset link", "password_reset"),
        ("redirected the parcel", "address_update"),
        ("arranged for an engineer", "technician_visit"),
        ("looked into the case", "investigation"),
        ("emailed a prepaid label", "return_label"),
        ("gave a $10 credit", "goodwill_credit"),
        ("phone the customer back", "callback"),
        ("passed the case to the billing team", "escalation"),
        ("rebooked the visit", "reschedule"),
        ("froze the card", "card_block"),
        ("mended the kettle", "repair"),
        ("reduced the bill", "bill_correction"),
        ("rebooted the router", "restart_device"),
        ("upload a photo", "send_documents"),
    ],
)
def test_an_act_is_recognised_when_worded_in_its_usual_ways(text: str, act: str) -> None:
    assert {act} in _names(text, "act")


@pytest.mark.parametrize("text", ["a problem with their internet bill", "did not have the internet contract"])
def test_the_internet_is_not_out_when_it_is_the_bill_that_is_wrong(text: str) -> None:
    assert {"internet_outage"} not in _names(text, "reason")


def test_the_longest_wording_counts_when_two_overlap() -> None:
    assert _names("the mug arrived broken", "reason") == [{"damaged_item"}]


def test_both_are_left_open_when_one_wording_may_mean_either() -> None:
    assert _names("a broken mug", "reason") == [{"damaged_item", "product_fault"}]


def test_a_word_is_explained_when_the_wordings_are_made_of_it() -> None:
    assert explains("cancelled")
    assert not explains("gnome")
