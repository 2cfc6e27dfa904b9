from __future__ import annotations

import pytest

from arf.tasks.customer_service.threads.topics import noun_phrase, owned_thing, topic, trouble


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("stuck here, my flight is delayed AGAIN", "a delayed flight"),
        ("lost luggage and nobody cares", "lost luggage"),
        ("an hour on hold!!", "a long wait on hold"),
        ("the worst customer service", "poor customer service"),
        ("no error message at all", None),
        ("great customer service", None),
    ],
)
def test_topic_is_named_when_its_words_are_there(text: str, told: str | None) -> None:
    assert topic(text) == told


def test_trouble_is_told_when_the_customer_calls_it_so() -> None:
    assert trouble("huge issues with my garden lights since May") == "issues with their garden lights"
    assert trouble("no trouble at all") is None


def test_thing_is_told_only_when_it_is_spoken_of_again() -> None:
    assert owned_thing("so much for my garden lights", {"lights": 2}) == "their garden lights"
    assert owned_thing("so much for my garden lights", {"lights": 1}) is None


@pytest.mark.parametrize(
    "text", ["own", "it was", "LAMP BROKE NOW", "very long name of some device here", "boss's lamp's"]
)
def test_phrase_is_refused_when_it_names_nothing(text: str) -> None:
    assert noun_phrase(text) is None
