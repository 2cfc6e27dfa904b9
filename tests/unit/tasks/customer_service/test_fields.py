from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from arf.calls.text import sentences
from arf.tasks.customer_service.fields import Fields, from_slots, from_text
from arf.tasks.customer_service.slots import Slots
from arf.tasks.customer_service.tagger import tag

from .calls import call

_CALL = call(
    ("customer", "Order 48213 arrived damaged."),
    ("agent", "I've refunded $35.20 and we'll send a replacement by 14 March. Could you email us the receipt?"),
    ("customer", "Sure, I'll send it."),
)


def test_fields_hold_each_act_once_when_read_from_slots() -> None:
    assert from_slots(tag(_CALL)) == Fields(
        reason="The customer contacted support because order 48213 arrived damaged.",
        actions=("The agent refunded $35.20.",),
        outcome="The agent promised to send a replacement by 14 March.",
        next_steps=(
            "The agent promised to send a replacement by 14 March.",
            "The customer promised to send the documents.",
        ),
    )


def test_fields_are_empty_when_nothing_is_established() -> None:
    assert from_slots(Slots()) == Fields("", (), "", ())


def test_fields_are_found_when_read_from_text() -> None:
    text = (
        "The customer contacted support because order 48213 arrived damaged. The agent refunded $35.20. "
        "The agent will send a replacement. The customer agreed to send photos."
    )
    assert from_text(text) == Fields(
        reason="The customer contacted support because order 48213 arrived damaged.",
        actions=("The agent refunded $35.20.",),
        outcome="The agent will send a replacement.",
        next_steps=("The agent will send a replacement.", "The customer agreed to send photos."),
    )


@given(st.text(max_size=200))
def test_no_sentence_is_lost_when_any_text_is_read(text: str) -> None:
    fields = from_text(text)
    told = " ".join((fields.reason, *fields.actions, *fields.next_steps))
    assert all(s.text in told for s in sentences(text))
