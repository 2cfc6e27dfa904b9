"""What the repair must not tell: offers that were declined, what was taken back, what was never said."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from arf.tasks.customer_service.task import TASK

from ..calls import call

_LAMP = ("customer", "My lamp arrived cracked, the order is LP40718.")
_REFUNDED = ("agent", "Okay, I've refunded the $25 to your card.")
_DECLINES = (
    "No thanks.",
    "No, I just want my money back.",
    "I'd rather have my money back.",
    "Not another one, please.",
)
_OFFERS = (
    "I can send you a new lamp by Monday.",
    "We could get a replacement out to you.",
    "I'd be glad to send you a replacement.",
    "We're able to have it mended for you.",
    "We might be able to repair it.",
    "Shall I send you a replacement?",
    "I can either send a replacement or refund the $25.",
)
_TOLD = ("replace", "repair", "new lamp")


def _written(*turns: tuple[str, str]) -> str:
    return TASK.write(call(*turns)) or ""


@given(st.sampled_from(_OFFERS), st.sampled_from(_DECLINES), st.sampled_from(("", "I'm sorry. ", "Oh dear. ")))
def test_offer_is_not_told_when_the_customer_declines_it(offer: str, reply: str, lead: str) -> None:
    text = _written(_LAMP, ("agent", lead + offer), ("customer", reply), _REFUNDED)
    assert not any(word in text for word in _TOLD)


@pytest.mark.parametrize("reply", ["Yes please.", "Great, thank you.", "Okay, that works."])
def test_offer_is_a_promise_when_the_customer_takes_it(reply: str) -> None:
    assert "promised to send a replacement by Monday" in _written(
        _LAMP, ("agent", "I can send you a replacement by Monday."), ("customer", reply)
    )


def test_only_what_the_customer_chose_is_told_when_two_things_are_offered() -> None:
    turns = (_LAMP, ("agent", "We can send a replacement or refund the $25."), ("customer", "The refund, please."))
    text = _written(*turns, _REFUNDED)
    assert "refunded $25" in text
    assert "replacement" not in text


@pytest.mark.parametrize(
    "said",
    [
        "We've posted it back to you.",
        "I'll hand it back to the driver.",
        "I've set your profile back to normal.",
        "I'll put the chair back on the shelf.",
    ],
)
def test_things_that_go_back_are_no_refund(said: str) -> None:
    assert "refund" not in _written(_LAMP, ("agent", said), ("customer", "ok"))


@pytest.mark.parametrize(
    "hours", ["We close at 9 PM on Sundays.", "The desk is open until 7 pm.", "From 8 am to 11 PM."]
)
def test_hour_is_no_private_message(hours: str) -> None:
    turns = (("customer", "@Gym I cannot find the pool hours on your site"), ("agent", f"@1 {hours}"))
    assert "direct message" not in _written(*turns, ("customer", "@Gym thanks"))


@pytest.mark.parametrize("greeting", ["How can I help?", "What can we do for you today?", "How may I help you?"])
def test_greeting_asks_for_no_details(greeting: str) -> None:
    turns = (("agent", greeting), ("customer", "I'd like to add my son to the plan."), ("agent", "He's been added."))
    assert "details" not in _written(*turns)


@pytest.mark.parametrize("condition", ["Once we have them", "As soon as it's here", "When that is done"])
def test_promise_is_not_told_when_its_condition_stands_for_something_else(condition: str) -> None:
    turns = (_LAMP, ("agent", "Could you send us a photo?"), ("customer", "I'll send it today."))
    text = _written(*turns, ("agent", f"{condition}, we'll send a replacement."), ("customer", "ok"))
    assert "replacement" not in text


def test_condition_is_told_in_the_words_of_the_company() -> None:
    text = _written(_LAMP, ("agent", "Once you send us the receipt, we'll refund $25."), ("customer", "Okay."))
    assert "promised to refund $25.00 if the customer sends the company the receipt" in text


@pytest.mark.parametrize(
    "then",
    [
        "Oh wait, none are left.",
        "Hold on, the last one has just gone.",
        "Actually, that colour is sold out.",
        "The last one went.",
    ],
)
def test_promise_is_not_told_when_the_company_takes_it_back(then: str) -> None:
    turns = (_LAMP, ("agent", "I'll send a replacement today."), ("customer", "Great."))
    text = _written(*turns, ("agent", f"{then} I've refunded $25 instead."), ("customer", "Okay."))
    assert "replacement" not in text


def test_call_is_told_in_the_parties_own_words_when_it_is_about_anything_else() -> None:
    turns = (
        ("customer", "Hi, I'd like to book a lesson with Ms Okoro on Monday."),
        ("agent", "Sure. Great, your lesson with Ms Okoro has been booked for Monday at 4 pm! Anything else?"),
        ("customer", "No, thanks."),
    )
    assert _written(*turns) == (
        "The customer contacted support to book a lesson with Ms Okoro on Monday. "
        "The agent said that the customer's lesson with Ms Okoro had been booked for Monday at 4 pm."
    )


def test_nothing_is_told_when_the_customer_says_that_it_is_not_so() -> None:
    turns = (
        ("customer", "I want to book a lesson for Monday."),
        ("agent", "I have booked a lesson for Friday at noon."),
        ("customer", "No, that's the wrong day."),
    )
    assert _written(*turns) == ""
