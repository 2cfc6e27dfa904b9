from __future__ import annotations

import pytest

from arf.tasks.customer_service.threads.questions import question


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("How do I reset my doorbell?", "how to reset their doorbell"),
        ("Why is my doorbell still offline?", "why their doorbell was still offline"),
        ("Why can't I pair my doorbell?", "why they could not pair their doorbell"),
        ("Where is my parcel?", "where their parcel was"),
        ("Can I return a lamp without the box?", "whether they could return a lamp without the box"),
        ("Do you sell spare bulbs?", "whether the company sold spare bulbs"),
        ("Could you match a lower price?", "whether the company could match a lower price"),
        ("Is there a way to dim the lamp?", "whether there was a way to dim the lamp"),
        ("Any news on the tent I ordered?", "for news on the tent they ordered"),
        ("Any idea why my lamp is flickering?", "why their lamp was flickering"),
        ("Please resend my invoice for the tent", "the company to resend their invoice for the tent"),
        ("How come I still get adverts?", "why they still got adverts"),
    ],
)
def test_question_becomes_an_indirect_one_when_its_form_is_known(said: str, told: str) -> None:
    assert question(said) == told


@pytest.mark.parametrize(
    "said",
    [
        "Why?",
        "Can you help?",
        "Could you tell me more?",
        "Why is the lamp in the hall different from the one in the shop?",  # where does its subject end?
        "Do you think they lie to us?",
        "Please read the above",
        "Did I mention the lamp was a gift?",
    ],
)
def test_question_is_refused_when_it_is_empty_or_unclear(said: str) -> None:
    assert question(said) is None
