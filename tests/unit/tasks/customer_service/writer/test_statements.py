from __future__ import annotations

import pytest

from arf.tasks.customer_service.writer.statements import statement


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("Great, I've booked a table for you at Nine Elms.", "booked a table for the customer at Nine Elms"),
        ("We have sent your tickets to your phone.", "sent the customer's tickets to their phone"),
        ("I will move your lesson to Monday.", "promised to move the customer's lesson to Monday"),
        ("Your lesson is now cancelled!", "said that the customer's lesson was now cancelled"),
        ("The deposit will be returned by Friday.", "said that the deposit would be returned by Friday"),
        ("Sorry, we are unable to move a lesson.", "said that they could not move a lesson"),
    ],
)
def test_statement_is_told_in_its_own_words_when_its_form_is_plain(said: str, told: str) -> None:
    found = statement(said)
    assert found is not None
    assert found.told == told
    assert found.settles


@pytest.mark.parametrize(
    "said",
    [
        "I've booked it for you.",
        "I will book a table if you like.",
        "Have I sent your tickets to your phone?",
        "We can send your tickets to your phone.",
        "She has booked a table for you.",
        "I have not booked a table for you.",
        "I could have booked a table for you.",
        "I'll move your lesson once your teacher agrees.",
        "Your lesson is cancelled unless you pay today.",
    ],
)
def test_statement_is_not_told_when_something_of_it_is_not_understood_by_itself(said: str) -> None:
    assert statement(said) is None


@pytest.mark.parametrize("said", ["I'll check the timetable for you.", "The film is rated for adults."])
def test_statement_settles_nothing_when_it_is_of_the_conversation_or_of_a_thing(said: str) -> None:
    found = statement(said)
    assert found is None or not found.settles
