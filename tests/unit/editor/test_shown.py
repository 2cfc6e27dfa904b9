"""Nothing of the policy's pattern types is in what the editor's model is asked, and all is back in what it answers."""

from __future__ import annotations

import pytest

from arf.corpus.generator import generate
from arf.editor.shown import shown, shown_redacted
from arf.inference.profile import ModelProfile
from arf.tasks.registry import load
from arf.v1.finding_pb2 import Analysis, ErrorType, Finding
from arf.v1.transcript_pb2 import Call, Role, Turn
from tests.unit.editor.fakes import FakeTask, MarkAnalyzer, make_editor, scripted


def _written(call: Call) -> list[str]:
    """The gold personal data of a call as its turns have it, names apart."""
    text = {turn.turn_id: turn.text for turn in call.turns}
    return [text[d.turn_id][d.start : d.end] for d in call.gold.personal_data if d.kind != "name"]


def _findings(values: list[str]) -> list[Finding]:
    kinds = (ErrorType.ERROR_TYPE_WRONG_DETAIL, ErrorType.ERROR_TYPE_OMISSION, ErrorType.ERROR_TYPE_FABRICATION)
    return [
        Finding(
            type=kinds[n % 3], start=1, end=4, turn_ids=["0"], explanation=f"{v} is wrong.", suggested_fix=f"Say {v}."
        )
        for n, v in enumerate(values)
    ]


def test_no_personal_data_is_in_a_prompt_and_a_value_has_one_placeholder() -> None:
    task, checked = load("customer_service"), 0
    for call in generate(300, 20261129):
        values = _written(call)
        summary = f"The customer contacted support about {' and '.join(values) or 'an order'}."
        it = shown_redacted(call, summary, _findings(values))
        prompts = task.edit_prompts(it.call, it.summary, it.findings, 3, ModelProfile())
        asked = "\n".join(message.content for prompt, _ in prompts for message in prompt.messages)
        assert [value for value in values if value in asked] == []
        # What was said aloud comes back in figures.
        assert "<" in it.summary or not values
        assert "<" not in it.restore(it.summary)
        assert [turn.turn_id for turn in it.call.turns] == [turn.turn_id for turn in call.turns]
        assert all(not finding.start and not finding.end for finding in it.findings)
        checked += len(values)
    assert checked > 100


def test_without_redaction_all_is_as_it_is() -> None:
    call = Call(id="c", turns=[Turn(turn_id="0", role=Role.ROLE_CUSTOMER, text="I am at ana@example.com")])
    findings = _findings(["ana@example.com"])
    it = shown(call, "Hers is ana@example.com.", findings)
    assert (it.call, it.summary, it.findings, it.restore("<EMAIL_1>")) == (
        call,
        "Hers is ana@example.com.",
        findings,
        "<EMAIL_1>",
    )


@pytest.mark.anyio
@pytest.mark.parametrize("redaction", [True, False])
async def test_candidates_hold_the_values_again(redaction: bool) -> None:
    asked: list[str] = []

    def answer(text: str, seed: int) -> str:
        asked.append(text)
        return text.replace("WRONG", "Right")

    call = Call(id="c", turns=[Turn(turn_id="0", role=Role.ROLE_CUSTOMER, text="I am at ana@example.com")])
    summary = "WRONG: write to ana@example.com."
    analysis: Analysis = MarkAnalyzer().marked(call, summary)
    editor = make_editor(FakeTask(), None, scripted(answer), redaction=redaction)
    (revision,) = await editor.revise_batch([(call, summary, analysis)])
    assert revision.text == "Right: write to ana@example.com."
    assert any("ana@example.com" in text for text in asked) is not redaction
