from __future__ import annotations

import pytest

from arf.tasks.customer_service.evidence import doubts

from .calls import call

_CALL = call(
    ("customer", "My kettle arrived cracked, the order is KT40718."),
    ("agent", "I'm sorry about that. I'll post you another kettle by Monday."),
)


@pytest.mark.parametrize(
    "text",
    [
        "The customer contacted support because their kettle arrived cracked. The agent promised to post another one.",
        "The customer reported a cracked kettle. The agent said that another kettle would be posted by Monday.",
    ],
)
def test_nothing_speaks_against_a_summary_of_the_call(text: str) -> None:
    assert doubts(_CALL, text) == []


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("The agent apologised and upgraded the passenger's hotel suite.", "tells what the call does not"),
        ("Die Kundin meldete eine beschädigte Lieferung.", "tells what the call does not"),
        ("I'll post you another kettle by Monday.", "speaks as one of the parties"),
        ("My kettle arrived cracked, the order is KT40718.", "is a party's own"),
        ("cracked kettle, another by Monday", "is no whole sentence"),
    ],
)
def test_candidate_is_doubted_when_it_is_no_summary_of_the_call(text: str, why: str) -> None:
    assert any(why in doubt for doubt in doubts(_CALL, text))
