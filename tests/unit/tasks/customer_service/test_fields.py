from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from arf.calls.text import sentences
from arf.tasks.customer_service.fields import from_text
from arf.v1.live_pb2 import SummaryFields


def test_fields_are_found_when_read_from_text() -> None:
    text = (
        "The customer contacted support because order 48213 arrived damaged. The agent refunded $35.20. "
        "The agent will send a replacement. The customer agreed to send photos."
    )
    assert from_text(text) == SummaryFields(
        reason="The customer contacted support because order 48213 arrived damaged.",
        actions=["The agent refunded $35.20."],
        outcome="The agent will send a replacement.",
        next_steps=["The agent will send a replacement.", "The customer agreed to send photos."],
    )


@given(st.text(max_size=200))
def test_no_sentence_is_lost_when_any_text_is_read(text: str) -> None:
    fields = from_text(text)
    told = " ".join((fields.reason, *fields.actions, *fields.next_steps))
    assert all(s.text in told for s in sentences(text))
