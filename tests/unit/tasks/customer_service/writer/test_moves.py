from __future__ import annotations

import pytest

from arf.tasks.customer_service.writer.moves import find_moves

from ..calls import call


def _told(*said: str) -> list[str]:
    return [m.told for m in find_moves(call(*(("agent", text) for text in said)))]


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("Could you DM us your order number?", "asked the customer to send a direct message with their order number"),
        ("Please send us your full name and the barcode.", "asked for the customer's name and the barcode"),
        ("Have you tried restarting the lamp?", "asked whether a restart had been tried"),
        ("Please try reinstalling the app.", "suggested a reinstall"),
        ("We've passed this on to our design team.", "passed the matter on internally"),
        ("I'll pass your feedback along to the team.", "promised to pass on the feedback"),
        ("We'd be happy to look into this.", "offered to look into the issue"),
        ("Someone will get back to you soon.", "said that someone would contact the customer"),
        ("I'd like to send you a gift card.", "offered a gift card"),
        ("We'll send you a replacement.", "promised a replacement"),
        ("There's nothing we can do about the lamp.", "said that nothing could be done"),
        ("I have replied to you by DM.", "replied by direct message"),
        ("Please give us a call on Monday.", "asked the customer to call"),
        ("Follow the steps here: https://example.org/a", "shared a link with instructions"),
        ("All booked for you!", "made the booking"),
        ("The issue has been fixed.", "said that the problem was solved"),
    ],
)
def test_move_is_told_when_an_agent_makes_it(said: str, told: str) -> None:
    assert told in _told(said)


@pytest.mark.parametrize(
    ("said", "never"),
    [
        ("Let me know if the issue has been fixed.", "said that the problem was solved"),
        ("Try a new bulb before a factory reset.", "suggested a factory reset"),
        ("Could you wait so we can reset the lamp?", "suggested a reset"),
        ("Did you call us?", "promised a refund"),
        ("Thanks, I have your DM.", "asked the customer to send a direct message"),
    ],
)
def test_move_is_not_told_when_it_is_only_supposed(said: str, never: str) -> None:
    assert never not in _told(said)


def test_customers_words_are_no_moves_when_they_sound_alike() -> None:
    assert find_moves(call(("customer", "I'll pass your feedback along to the team."))) == []


def test_details_of_several_turns_are_one_move_when_they_are_asked_for_in_turn() -> None:
    assert _told("What is your order number?", "Can you send us a photo?") == ["asked for the order number and a photo"]


def test_statement_is_told_in_its_own_words_when_it_is_plain() -> None:
    assert _told("Unfortunately, the blue bulbs are not sold here.") == []
    assert _told("The lamp is covered by our warranty.") == ["said that the lamp was covered by the company's warranty"]
