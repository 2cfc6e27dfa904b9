"""The Task object of the toy."""

from __future__ import annotations

from collections.abc import Sequence

from arf.calls.prompt import Decoding, Prompt
from arf.inference.profile import ModelProfile
from arf.tasks.base import Bounds, JudgeQuestions, Task
from arf.tasks.detection import Detector, Subject, SupportChecker
from arf.v1.finding_pb2 import ErrorType, Finding, Severity
from arf.v1.live_pb2 import SummaryFields
from arf.v1.transcript_pb2 import Call, Turn
from tests.helpers.toy_task import prompts, rules
from tests.helpers.toy_task.detectors import Forgotten, Invented


class ToyTask:
    """Plans that were said in a meeting, a sentence each."""

    name = "toy_task"
    bounds = Bounds(min_words=2, max_words=40, max_copied_words=40)
    judge = JudgeQuestions(
        rules="You check lists of plans. Answer with one JSON object.",
        by_type={
            ErrorType.ERROR_TYPE_FABRICATION: "Does the list hold a plan that nobody has?",
            ErrorType.ERROR_TYPE_OMISSION: "Is a plan missing?",
        },
        absent=frozenset({ErrorType.ERROR_TYPE_FABRICATION}),
        complete="every plan and who has it",
    )
    repair_version = "toy_rules@1"

    def decoding(self, profile: ModelProfile) -> Decoding:
        return Decoding(max_new_tokens=24, stop=("\n",))

    def teacher_prompt(self, call: Call, profile: ModelProfile) -> Prompt:
        return prompts.teacher_prompt(call)

    def student_prompt(self, call: Call, profile: ModelProfile) -> Prompt:
        return prompts.student_prompt(call)

    def clean(self, completion: str) -> str:
        return " ".join(completion.split())

    def fields(self, summary: str) -> SummaryFields:
        return SummaryFields(next_steps=rules.plans_in(summary))

    def detectors(self, support: SupportChecker | None = None) -> list[Detector]:
        return [Invented(), Forgotten()]

    def severity(self, finding: Finding, summary: str) -> Severity:
        return finding.severity or Severity.SEVERITY_MAJOR

    def edit_prompts(
        self, call: Call, summary: str, findings: Sequence[Finding], n: int, profile: ModelProfile
    ) -> list[tuple[Prompt, Decoding]]:
        return prompts.edit_prompts(call, summary, n)

    def doubts(self, call: Call, text: str) -> list[str]:
        return []

    def write(self, call: Call) -> str | None:
        return rules.write(call)

    def repair(self, call: Call, summary: str, findings: Sequence[Finding]) -> str | None:
        return rules.write(call) if findings else None

    def canary(self, tenant: str) -> Subject:
        turns = [Turn(turn_id="0", speaker="Ann", text="I will call the plumber.")]
        return Subject(Call(id="toy:canary", tenant=tenant, channel="meeting", turns=turns), "Bob will paint the door.")


TASK: Task = ToyTask()
