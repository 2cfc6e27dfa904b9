from __future__ import annotations

import dataclasses
import json
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import cast

import pytest

from arf.calls.prompt import Completion, Decoding, Message, Prompt
from arf.inference.port import ModelFailed, Request
from arf.kit.errors import Unavailable
from arf.tasks.base import Task
from arf.teacher.summarise import BROUGHT, Outcome, by_student, by_teacher, call_summary
from arf.v1.summary_pb2 import CallSummary, Summary
from arf.v1.transcript_pb2 import Call, Turn
from tests.helpers.fake_model import FakeModel, down, refused

pytestmark = pytest.mark.anyio

DECODING = Decoding(max_new_tokens=7, stop=("\n",))


class ShoutingTask:
    """Asks teacher and student in different words, and cleans a reply by making it small."""

    decoding = DECODING

    def teacher_prompt(self, call: Call) -> Prompt:
        return Prompt((Message("user", f"teach {call.id}"),), "shouting/teacher@1")

    def student_prompt(self, call: Call) -> Prompt:
        return Prompt((Message("user", f"learn {call.id}"),), "shouting/student@1")

    def clean(self, completion: str) -> str:
        return completion.strip().lower()


def _echo(script: Sequence[Exception | None] = ()) -> FakeModel:
    """Replies with the prompt, loudly."""

    def answer(asked: Request) -> Completion:
        return Completion(f" {asked.prompt.messages[0].content.upper()}\n", 11, 3, 0.123456, "length")

    return FakeModel(answer, name="echo", script=script)


def _asked(model: FakeModel) -> list[str]:
    return [prompt.messages[0].content for prompt in model.prompts]


@pytest.fixture
def task() -> Task:
    return cast("Task", ShoutingTask())


def _calls(*ids: str, brought: Sequence[str] = ()) -> list[Call]:
    calls = [Call(id=i, tenant="t", channel="email", turns=[Turn(turn_id="0", text="hi")]) for i in ids]
    for call in calls:
        if call.id in brought:
            call.summary.CopyFrom(Summary(text=f"brought {call.id}", model="theirs"))
    return calls


def _texts(made: Sequence[Outcome]) -> dict[str, str]:
    return {m.call_id: m.summary.text for m in _made(made)}


def _made(outcomes: Sequence[Outcome]) -> list[CallSummary]:
    assert not [o for o in outcomes if isinstance(o, ModelFailed)]
    return [o for o in outcomes if isinstance(o, CallSummary)]


async def test_teacher_writes_one_cleaned_summary_a_call_in_order(task: Task) -> None:
    model = _echo()
    made = _made(await by_teacher(_calls("b", "a"), task, model))
    assert list(_texts(made).items()) == [("b", "teach b"), ("a", "teach a")]
    assert {(m.tenant, m.channel) for m in made} == {("t", "email")}
    assert {r.decoding for r in model.requests} == {DECODING}
    assert {r.adapter for r in model.requests} == {None}


async def test_record_says_how_a_summary_was_made(task: Task) -> None:
    before = datetime.now(UTC).replace(microsecond=0)
    summary = _made(await by_teacher(_calls("a"), task, _echo()))[0].summary
    assert (summary.model, summary.prompt_version, summary.finish_reason) == ("echo", "shouting/teacher@1", "length")
    assert json.loads(summary.parameters) == json.loads(json.dumps(dataclasses.asdict(DECODING)))
    assert (summary.usage.prompt_tokens, summary.usage.completion_tokens) == (11, 3)
    assert summary.usage.seconds == pytest.approx(0.1235)
    assert before <= datetime.fromisoformat(summary.created_at) <= datetime.now(UTC)


async def test_brought_summaries_stay_as_they_are_and_only_the_rest_is_asked_for(task: Task) -> None:
    model = _echo()
    made = _made(await by_teacher(_calls("a", "b", "c", "d", brought=("a", "c")), task, model))
    assert _texts(made) == {"a": "brought a", "b": "teach b", "c": "brought c", "d": "teach d"}
    assert _asked(model) == ["teach b", "teach d"]
    brought = made[0].summary
    assert (brought.model, brought.prompt_version) == ("theirs", BROUGHT)
    assert not brought.HasField("usage")


async def test_prompt_version_stays_when_a_brought_summary_has_one_and_the_call_is_left_alone(task: Task) -> None:
    calls = _calls("a", "b", brought=("a", "b"))
    calls[0].summary.prompt_version = "theirs@2"
    made = _made(await by_teacher(calls, task, _echo()))
    assert [m.summary.prompt_version for m in made] == ["theirs@2", BROUGHT]
    assert calls[1].summary.prompt_version == ""


async def test_model_is_not_asked_when_nothing_is_left_to_write(task: Task) -> None:
    model = _echo()
    await by_teacher(_calls("a", brought=("a",)), task, model)
    assert await by_teacher([], task, model) == []
    assert await by_student([], task, model) == []
    assert model.batches == []


async def test_student_writes_with_its_adapter_even_where_a_summary_was_brought(task: Task, tmp_path: Path) -> None:
    model = _echo()
    told: list[int] = []
    made = _made(await by_student(_calls("a", "b", brought=("a",)), task, model, tmp_path / "arf-1", told.append))
    assert _texts(made) == {"a": "learn a", "b": "learn b"}
    assert {m.summary.model for m in made} == {"echo+arf-1"}
    assert {m.summary.prompt_version for m in made} == {"shouting/student@1"}
    assert {r.adapter for r in model.requests} == {str(tmp_path / "arf-1")}
    assert sum(told) == 2


async def test_model_is_the_base_when_the_student_has_no_adapter(task: Task) -> None:
    assert _made(await by_student(_calls("a"), task, _echo()))[0].summary.model == "echo"


async def test_error_passes_when_the_model_does_not_answer(task: Task) -> None:
    with pytest.raises(Unavailable, match="HTTP 503"):
        await by_teacher(_calls("a"), task, _echo([down()]))


async def test_a_refusal_stands_in_the_place_of_its_call(task: Task) -> None:
    model = _echo([None, refused()])
    made = await by_teacher(_calls("a", "b", "c", "d", brought=("a",)), task, model)
    assert [isinstance(m, ModelFailed) for m in made] == [False, False, True, False]


def test_call_summary_names_its_call() -> None:
    (call,) = _calls("a")
    made = call_summary(call, Summary(text="x"))
    assert (made.tenant, made.call_id, made.channel, made.summary.text) == ("t", "a", "email", "x")
