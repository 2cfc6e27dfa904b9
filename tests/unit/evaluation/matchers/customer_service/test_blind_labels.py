"""Hits and near misses of what blind labelling showed the matcher to misjudge."""

from __future__ import annotations

import pytest

from arf.evaluation.matchers.customer_service.match import match
from arf.v1.finding_pb2 import ErrorType
from arf.v1.transcript_pb2 import Call
from tests.unit.evaluation.calls import call, damaged_toaster, escalated_outage, fact, refused_refund, wish

_OUTAGE = "The customer contacted support because they had no internet. "
_TOASTER = "The customer contacted support because the toaster from order 48213 arrived damaged. "
_LAMP = "The customer contacted support because they were charged twice for order A771. "


def _errors(made: Call, summary: str) -> set[str]:
    return {ErrorType.Name(e).removeprefix("ERROR_TYPE_") for e in match(made, summary).errors}


@pytest.mark.parametrize(
    ("outcome", "errors"),
    [
        ("The bot brought up their file to connect them to the engineering team.", set()),
        ("The bot brought up a crocodile to connect them to the engineering team.", {"WRONG_DETAIL"}),
        ("The bot transferred them to a customer service bot.", {"WRONG_DETAIL"}),
        ("The bot transferred them to an engineering specialist.", set()),
        ("The bot transferred them to the engineering team and helped them resolve the issue.", {"STATUS_SHIFT"}),
        ("The bot transferred them to the engineering team to help them resolve the issue.", set()),
    ],
)
def test_a_hand_over_is_held_to_its_team_when_told_with_other_words(outcome: str, errors: set[str]) -> None:
    found = _errors(escalated_outage(), _OUTAGE + outcome)
    assert errors <= found
    assert bool(found) == bool(errors)


@pytest.mark.parametrize(
    ("outcome", "errors"),
    [
        ("The agent refused a refund and resolved the issue.", {"STATUS_SHIFT"}),
        ("The agent refused a refund and helped them resolve the issue.", {"STATUS_SHIFT"}),
        ("The agent refused a refund, so the customer hoped to resolve the issue.", set()),
    ],
)
def test_resolved_is_unsupported_when_the_outcome_is_another(outcome: str, errors: set[str]) -> None:
    assert _errors(refused_refund(), _LAMP + outcome) - {"OMISSION"} == errors


def test_resolved_is_made_up_when_gold_has_no_outcome() -> None:
    made = call([("customer", "The internet is down.")], [fact("f1", "reason", "internet_outage", "CUSTOMER")])
    assert "FABRICATION" in _errors(made, f"{_OUTAGE}The agent helped them resolve the issue.")
    assert _errors(made, f"{_OUTAGE}The customer wanted the issue resolved.") == set()


@pytest.mark.parametrize(
    ("condition", "error"),
    [("the issue is resolved", True), ("the lamp is returned", False), ("the customer agrees to that", False)],
)
def test_a_condition_in_framing_words_is_wrong_when_it_speaks_of_a_solution(condition: str, error: bool) -> None:
    found = _errors(refused_refund(), f"{_LAMP}The agent will repair the lamp if {condition}.")
    assert ("WRONG_DETAIL" in found) == error


@pytest.mark.parametrize(
    ("purpose", "error"), [("make a payment", True), ("get help with their toaster", False), ("report damage", False)]
)
def test_a_purpose_is_made_up_when_neither_call_nor_reason_knows_it(purpose: str, error: bool) -> None:
    summary = f"The customer contacted support because they needed to {purpose}. The agent refunded $35.20."
    assert ("FABRICATION" in _errors(damaged_toaster(), summary)) == error


@pytest.mark.parametrize(
    ("why", "errors"),
    [
        ("they wanted to cancel a subscription", set()),
        ("they were unable to cancel their subscription", set()),
        ("they were unable to cancel their order", {"FABRICATION", "OMISSION", "STATUS_SHIFT"}),
        ("they had trouble cancelling their subscription", set()),
        ("the agent refused to cancel their subscription", {"OMISSION"}),
    ],
)
def test_a_hindered_customer_is_one_who_wishes_when_the_wish_was_granted(why: str, errors: set[str]) -> None:
    made = wish("cancel_subscription", "cancellation", "DONE", "I can't cancel my subscription, please do it.")
    assert _errors(made, f"The customer contacted support because {why}. The agent cancelled it.") == errors


@pytest.mark.parametrize(
    ("status", "outcome", "told"),
    [
        ("REFUSED", "The agent refused an address update.", True),
        ("REFUSED", "The agent refused to change it.", False),
        ("DONE", "The agent updated the address.", False),
    ],
)
def test_a_refused_wish_tells_the_reason_when_the_refusal_names_it(status: str, outcome: str, told: bool) -> None:
    made = wish("change_address", "address_update", status, "Please change the address, I have moved.")
    assert ("OMISSION" not in _errors(made, f"The customer contacted support. {outcome}")) == told


def test_a_refund_is_not_the_customers_to_make_when_they_only_wait_for_it() -> None:
    made = wish("refund_status", "refund", "DONE", "I am still waiting for the refund for my kettle.")
    waiting = "The customer contacted support because they were waiting for a refund. The agent refunded it."
    assert _errors(made, waiting) == set()
    assert match(made, waiting.replace("were waiting for", "needed to make")).unsupported == 1
