from __future__ import annotations

import pytest

from arf.tasks.customer_service.tagging.wishes import wish


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("Hello, I'd like to move my piano lesson to Monday please.", "to move their piano lesson to Monday"),
        ("Can I pay my rent by card?", "to ask whether they could pay their rent by card"),
        ("Could you please send me the bill for May?", "to ask the company to send them the bill for May"),
        ("I need a taxi from the station to Hill Road.", "because they needed a taxi from the station to Hill Road"),
        ("I'm calling about my last bill.", "about their last bill"),
        ("I cannot open my front gate.", "because they could not open their front gate"),
    ],
)
def test_wish_is_told_when_its_form_is_plain(said: str, told: str) -> None:
    assert wish(said) == told


@pytest.mark.parametrize(
    "said",
    [
        "My name is Ines.",
        "I am in Leeds.",
        "I don't remember the number.",
        "Can you do it with just my name?",
        "I want to move that.",
        "I'm afraid of dogs.",
        "Yes please.",
    ],
)
def test_no_wish_is_told_when_something_of_it_is_not_understood_by_itself(said: str) -> None:
    assert wish(said) is None
