from __future__ import annotations

import dataclasses
import json
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import cast

import pytest

from arf.calls.prompt import Completion, Decoding, Message, Prompt
from arf.inference.ports import Progress
from arf.kit.errors import Unavailable
from arf.tasks.base import Task
from arf.teacher.summarise import BROUGHT, by_student, by_teacher, call_summary
from arf.v1.summary_pb2 import CallSummary, Summary
from arf.v1.transcript_pb2 import Call, Turn

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


class Echo:
    """Replies with the prompt, loudly; keeps what it was asked."""

    model = "echo"

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.decodings: list[Decoding] = []
        self.adapters: list[Path | None] = []

    def complete(
        self,
        prompts: Sequence[Prompt],
        decoding: Decoding,
        *,
        adapter: Path | None = None,
        progress: Progress | None = None,
    ) -> list[Completion]:
        self.asked += [p.messages[0].content for p in prompts]
        self.decodings.append(decoding)
        self.adapters.append(adapter)
        if progress is not None:
            progress(len(prompts))
        return [Completion(f" {p.messages[0].content.upper()}\n", 11, 3, 0.123456, "length") for p in prompts]


@pytest.fixture
def task() -> Task:
    return cast("Task", ShoutingTask())


def _calls(*ids: str, brought: Sequence[str] = ()) -> list[Call]:
    calls = [Call(id=i, tenant="t", channel="email", turns=[Turn(turn_id="0", text="hi")]) for i in ids]
    for call in calls:
        if call.id in brought:
            call.summary.CopyFrom(Summary(text=f"brought {call.id}", model="theirs"))
    return calls


def _texts(made: Sequence[CallSummary]) -> dict[str, str]:
    return {m.call_id: m.summary.text for m in made}


def test_teacher_writes_one_cleaned_summary_a_call_in_order(task: Task) -> None:
    engine = Echo()
    made = by_teacher(_calls("b", "a"), task, engine)
    assert list(_texts(made).items()) == [("b", "teach b"), ("a", "teach a")]
    assert {(m.tenant, m.channel) for m in made} == {("t", "email")}
    assert engine.decodings == [DECODING]
    assert engine.adapters == [None]


def test_record_says_how_a_summary_was_made(task: Task) -> None:
    before = datetime.now(UTC).replace(microsecond=0)
    summary = by_teacher(_calls("a"), task, Echo())[0].summary
    assert (summary.model, summary.prompt_version, summary.finish_reason) == ("echo", "shouting/teacher@1", "length")
    assert json.loads(summary.parameters) == json.loads(json.dumps(dataclasses.asdict(DECODING)))
    assert (summary.usage.prompt_tokens, summary.usage.completion_tokens) == (11, 3)
    assert summary.usage.seconds == pytest.approx(0.1235)
    assert before <= datetime.fromisoformat(summary.created_at) <= datetime.now(UTC)


def test_brought_summaries_stay_as_they_are_and_only_the_rest_is_asked_for(task: Task) -> None:
    engine = Echo()
    made = by_teacher(_calls("a", "b", "c", "d", brought=("a", "c")), task, engine)
    assert _texts(made) == {"a": "brought a", "b": "teach b", "c": "brought c", "d": "teach d"}
    assert engine.asked == ["teach b", "teach d"]
    brought = made[0].summary
    assert (brought.model, brought.prompt_version) == ("theirs", BROUGHT)
    assert not brought.HasField("usage")


def test_prompt_version_stays_when_a_brought_summary_has_one_and_the_call_is_left_alone(task: Task) -> None:
    calls = _calls("a", "b", brought=("a", "b"))
    calls[0].summary.prompt_version = "theirs@2"
    made = by_teacher(calls, task, Echo())
    assert [m.summary.prompt_version for m in made] == ["theirs@2", BROUGHT]
    assert calls[1].summary.prompt_version == ""


def test_engine_is_not_asked_when_nothing_is_left_to_write(task: Task) -> None:
    engine = Echo()
    by_teacher(_calls("a", brought=("a",)), task, engine)
    assert by_teacher([], task, engine) == []
    assert by_student([], task, engine) == []
    assert engine.decodings == []


def test_student_writes_with_its_adapter_even_where_a_summary_was_brought(task: Task, tmp_path: Path) -> None:
    engine = Echo()
    told: list[int] = []
    made = by_student(_calls("a", "b", brought=("a",)), task, engine, tmp_path / "arf-1", told.append)
    assert _texts(made) == {"a": "learn a", "b": "learn b"}
    assert {m.summary.model for m in made} == {"echo+arf-1"}
    assert {m.summary.prompt_version for m in made} == {"shouting/student@1"}
    assert engine.adapters == [tmp_path / "arf-1"]
    assert told == [2]


def test_model_is_the_base_when_the_student_has_no_adapter(task: Task) -> None:
    assert by_student(_calls("a"), task, Echo())[0].summary.model == "echo"


def test_error_passes_when_the_engine_does_not_answer(task: Task) -> None:
    class Dead(Echo):
        def complete(self, *_: object, **__: object) -> list[Completion]:
            raise Unavailable("nobody there")

    with pytest.raises(Unavailable, match="nobody there"):
        by_teacher(_calls("a"), task, Dead())


def test_call_summary_names_its_call() -> None:
    (call,) = _calls("a")
    made = call_summary(call, Summary(text="x"))
    assert (made.tenant, made.call_id, made.channel, made.summary.text) == ("t", "a", "email", "x")
