from __future__ import annotations

import dataclasses
import json
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest

from arf.inference.port import ModelFailed
from arf.inference.profile import ModelProfile, small_profile
from arf.kit.errors import Unavailable
from arf.summarising.batches import SummaryResult, by_student, by_teacher
from arf.summarising.summary import SUPPLIED
from arf.tasks.registry import load
from arf.v1.summary_pb2 import CallSummary, Summary
from arf.v1.transcript_pb2 import Call, Role, Turn
from tests.helpers.fake_model import FakeModel, down, refused

pytestmark = pytest.mark.anyio

TASK = load("customer_service")


def _calls(*ids: str, brought: Sequence[str] = ()) -> list[Call]:
    calls = []
    for n, call_id in enumerate(ids):
        turn = Turn(turn_id="0", speaker="customer", role=Role.ROLE_CUSTOMER, text=f"my order 4642{n} is lost")
        calls.append(Call(id=call_id, tenant="t", channel="email", turns=[turn]))
        if call_id in brought:
            calls[-1].summary.CopyFrom(Summary(text=f"brought {call_id}", model="theirs"))
    return calls


def _made(outcomes: Sequence[SummaryResult]) -> list[CallSummary]:
    made = [outcome for outcome in outcomes if isinstance(outcome, CallSummary)]
    assert len(made) == len(outcomes)
    return made


async def test_teacher_writes_one_cleaned_summary_a_call_in_order() -> None:
    model = FakeModel(" It was lost.\n It was found.  It was")
    made = _made(await by_teacher(_calls("b", "a"), TASK, model))
    assert [(m.tenant, m.call_id, m.channel) for m in made] == [("t", "b", "email"), ("t", "a", "email")]
    assert {m.summary.text for m in made} == {"It was lost. It was found."}
    assert model.batches == [2]


async def test_record_says_how_a_summary_was_made() -> None:
    profile = small_profile(4096)
    before = datetime.now(UTC).replace(microsecond=0)
    (made,) = _made(await by_teacher(_calls("a"), TASK, FakeModel(name="m", profile=profile, tokens=(11, 3))))
    summary = made.summary
    assert (summary.model, summary.finish_reason) == ("m", "stop")
    assert summary.prompt_version == TASK.teacher_prompt(Call(), profile).version
    assert json.loads(summary.parameters) == json.loads(json.dumps(dataclasses.asdict(TASK.decoding(profile))))
    assert (summary.usage.prompt_tokens, summary.usage.completion_tokens, summary.usage.seconds) == (11, 3, 0.5)
    assert before <= datetime.fromisoformat(summary.created_at) <= datetime.now(UTC)


async def test_model_sees_no_personal_data_and_the_summary_has_it_unless_it_is_wanted_so() -> None:
    model = FakeModel("They lost <ID_1>.")
    (made,) = _made(await by_teacher(_calls("a"), TASK, model))
    assert "46420" not in str(model.prompts)
    assert made.summary.text == "They lost 46420."
    assert made.redaction_policy
    (plain,) = _made(await by_teacher(_calls("a"), TASK, model, redaction=False))
    assert "46420" in str(model.prompts)
    assert not plain.redaction_policy


async def test_student_sees_placeholders_and_its_summary_has_the_values() -> None:
    model = FakeModel("They lost <ID_1>.")
    (made,) = _made(await by_student(_calls("a"), TASK, model))
    assert "46420" not in str(model.prompts)
    assert "<ID_1>" in str(model.prompts)
    assert made.summary.text == "They lost 46420."
    assert made.redaction_policy


async def test_brought_summaries_stay_as_they_are_and_only_the_rest_is_asked_for() -> None:
    model = FakeModel()
    calls = _calls("a", "b", "c", brought=("a", "c"))
    calls[2].summary.prompt_version = "theirs@2"
    made = _made(await by_teacher(calls, TASK, model))
    assert [m.summary.text for m in made] == ["brought a", "It is so.", "brought c"]
    assert [m.summary.prompt_version for m in made][::2] == [SUPPLIED, "theirs@2"]
    assert not made[0].summary.HasField("usage")
    assert model.batches == [1]


async def test_model_is_not_asked_when_nothing_is_left_to_write() -> None:
    model = FakeModel()
    await by_teacher(_calls("a", brought=("a",)), TASK, model)
    assert await by_teacher([], TASK, model) == []
    assert await by_student([], TASK, model) == []
    assert model.batches == []


async def test_student_writes_with_its_adapter_even_where_a_summary_was_brought(tmp_path: Path) -> None:
    model, told = FakeModel(name="base"), list[int]()
    made = _made(await by_student(_calls("a", brought=("a",)), TASK, model, tmp_path / "arf-1", told.append))
    assert (made[0].summary.text, made[0].summary.model) == ("It is so.", "base+arf-1")
    assert made[0].summary.prompt_version == TASK.student_prompt(Call(), ModelProfile()).version
    assert [r.adapter for r in model.requests] == [str(tmp_path / "arf-1")]
    assert told == [1]
    assert _made(await by_student(_calls("a"), TASK, model))[0].summary.model == "base"


async def test_refused_call_is_told_in_its_place_and_a_model_that_is_away_ends_it() -> None:
    model = FakeModel(script=[None, refused()])
    first, second, third = await by_teacher(_calls("a", "b", "c"), TASK, model)
    assert isinstance(second, ModelFailed)
    assert len(_made([first, third])) == 2
    with pytest.raises(Unavailable):
        await by_teacher(_calls("a"), TASK, FakeModel(script=[down()]))
