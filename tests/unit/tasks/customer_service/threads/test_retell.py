from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from arf.tasks.customer_service.threads.questions import question
from arf.tasks.customer_service.threads.retell import statement

_PERSON = re.compile(r"\b(?:i|me|my|mine|myself|we|us|our|ours|you|your|yours)\b", re.IGNORECASE)
_WORDS = re.findall(
    r"\S+",
    "I we you my our your me us it this that the a kettle app order lamp blue am is are was have has do don't can't "
    "won't I'm I've you're it's keeps broke stopped need want get charging paid waiting to for with in on and but "
    "because when why how please not still, now, they he Please My",
)


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("I can't open the lid of my kettle", "they could not open the lid of their kettle"),
        ("I've been waiting for my lamp since Monday", "they had been waiting for their lamp since Monday"),
        ("My toaster keeps burning the bread", "their toaster kept burning the bread"),
        ("Hi, our boiler doesn't heat the house!", "their boiler did not heat the house"),
        ("You charged me for a lamp I never ordered", "the company charged them for a lamp they never ordered"),
        ("Your checkout page is broken", "the company's checkout page was broken"),
        ("There are two scratches on my desk", "there were two scratches on their desk"),
        ("I'd like to change my delivery slot", "they wanted to change their delivery slot"),
        ("Still waiting for the missing drawer", "they were still waiting for the missing drawer"),
        ("Can't find the receipt for my tent", "they could not find the receipt for their tent"),
        ("I ordered a rug and it has a hole", "they ordered a rug and it had a hole"),
        ("My kettle just stopped heating and won't open", "their kettle just stopped heating and would not open"),
        ("iPlayer isn't showing my programmes", "iPlayer was not showing their programmes"),
    ],
)
def test_statement_is_told_of_the_customer_when_its_pattern_is_known(said: str, told: str) -> None:
    assert statement(said) == told


@pytest.mark.parametrize(
    "said",
    [
        "",
        "lovely",
        "I told you that you must call me",  # the company as an object, twice
        "They sent me the wrong lamp",  # "they" would be the customer
        "I spoke to Anna and she refused",
        "It broke",  # what did?
        'I was told "no" by your shop',
        "I bought a tent We love camping",  # two sentences without a stop
        "I can' open the tent",  # can or can't
        "MY LAMP IS BROKEN AGAIN",
        "I think the lamp is broken",  # an opinion
        "I'm going to cancel my tent",  # an intention
        "See https://example.org for my lamp",
        "I bought a lamp #broken yesterday",
        "The lamp on the",
        "I want " + "a very " * 20 + "big lamp",
    ],
)
def test_statement_is_refused_when_it_cannot_be_told_safely(said: str) -> None:
    assert statement(said) is None


@settings(deadline=None)
@given(st.lists(st.sampled_from(_WORDS), min_size=1, max_size=14))
def test_no_first_or_second_person_is_left_whatever_the_clause_is(words: list[str]) -> None:
    for told in (statement(" ".join(words)), question(" ".join(words))):
        if told is not None:
            assert not _PERSON.search(told)
            assert len(told.split()) <= 27


@settings(deadline=None)
@given(st.text(max_size=80))
def test_any_text_is_told_or_refused_without_failing(text: str) -> None:
    for told in (statement(text), question(text)):
        assert told is None or not _PERSON.search(told)
