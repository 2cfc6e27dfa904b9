"""Redaction of a call that grows."""

from __future__ import annotations

import pytest

from arf.corpus.generator import generate
from arf.privacy.redaction.growing import GrowingRedaction
from arf.privacy.redaction.redactor import redact
from arf.v1.transcript_pb2 import Call, Role


def long_call(calls: int) -> Call:
    """One call made of several."""
    made = Call(id="c-1", tenant="acme")
    for call in generate(calls, 11):
        for turn in call.turns:
            made.turns.add(turn_id=str(len(made.turns)), speaker=turn.speaker, role=turn.role, text=turn.text)
    return made


def test_a_growing_call_is_redacted_as_the_whole_one_and_what_was_shown_stays() -> None:
    whole, growing, call = long_call(20), GrowingRedaction(), Call(id="c-1", tenant="acme")
    shown: list[str] = []
    for turn in whole.turns:
        call.turns.append(turn)
        now = [turn.text for turn in growing.redact(call).call.turns]
        # The newest turns may still be read otherwise, since what follows belongs to them.
        assert now[: max(0, len(shown) - 18)] == shown[: max(0, len(shown) - 18)]
        shown = now
    redacted = redact(whole)
    assert shown == [turn.text for turn in redacted.call.turns]
    last = growing.redact(call)
    assert [last.placeholders.restore(text) for text in shown] == [
        redacted.placeholders.restore(text) for text in shown
    ]


def test_the_result_depends_on_the_turns_alone_whatever_came_before() -> None:
    whole, late = long_call(8), GrowingRedaction()
    without = Call(id="c-1", tenant="acme", turns=[turn for n, turn in enumerate(whole.turns) if n != 3])
    late.redact(without)
    assert late.redact(whole).call == GrowingRedaction().redact(whole).call


@pytest.mark.parametrize("at", [0, 25, 60])
def test_words_that_look_like_a_placeholder_are_not_given_the_value_of_another(at: int) -> None:
    call = Call(id="c-1", tenant="acme")
    for number in range(70):
        text = "My mail is dana@example.com" if number == 10 else "I see"
        call.turns.add(speaker="customer", role=Role.ROLE_CUSTOMER, text="I typed <EMAIL_1>" if number == at else text)
    redacted = GrowingRedaction().redact(call)
    assert redacted.placeholders.restore(redacted.call.turns[at].text) == "I typed <EMAIL_1>"
    assert "dana" not in redacted.call.turns[10].text
