"""The customer-service task: one Task object over prompts, detectors and repair rules."""

from __future__ import annotations

from collections.abc import Sequence

from arf.calls.prompt import Decoding, Prompt
from arf.calls.text import sentences
from arf.inference.profile import ModelProfile
from arf.tasks.base import Bounds, JudgeQuestions, Task
from arf.tasks.customer_service import evidence, fields, judge, prompts
from arf.tasks.customer_service.bounds import BOUNDS
from arf.tasks.customer_service.canary import canary
from arf.tasks.customer_service.detectors import deterministic, on_support
from arf.tasks.customer_service.edit_prompts import edit_prompts
from arf.tasks.customer_service.severity import severity
from arf.tasks.customer_service.writer.repair import VERSION, repair, write_summary
from arf.tasks.detection import Detector, Subject, SupportChecker
from arf.v1.finding_pb2 import Finding, Severity
from arf.v1.live_pb2 import SummaryFields
from arf.v1.transcript_pb2 import Call


class CustomerService:
    """Two or three plain third-person sentences: why the customer came, what was done, what follows."""

    @property
    def name(self) -> str:
        return "customer_service"

    @property
    def bounds(self) -> Bounds:
        return BOUNDS

    def decoding(self, profile: ModelProfile) -> Decoding:
        """Greedy. Teacher and student get the same token limit; otherwise the comparison would be of limits."""
        return prompts.decoding(self.bounds, profile)

    @property
    def judge(self) -> JudgeQuestions:
        """A question per error type that a judge can see."""
        return judge.QUESTIONS

    def teacher_prompt(self, call: Call, profile: ModelProfile) -> Prompt:
        return prompts.teacher_prompt(call, self.bounds, profile)

    def student_prompt(self, call: Call, profile: ModelProfile) -> Prompt:
        return prompts.student_prompt(call, self.bounds, profile)

    def clean(self, completion: str) -> str:
        """The completion on one line, without a cut-off last sentence if a complete one precedes it."""
        text = " ".join(completion.split())
        found = sentences(text)
        if len(found) > 1 and not found[-1].text.rstrip("\"')]").endswith((".", "!", "?")):
            return text[: found[-2].end]
        return text

    def fields(self, summary: str) -> SummaryFields:
        """Reason, actions, outcome and next steps, each sentence in one of them."""
        return fields.from_text(summary)

    def detectors(self, support: SupportChecker | None = None) -> list[Detector]:
        found = deterministic(self.bounds)
        return found if support is None else [*found, on_support(support)]

    def severity(self, finding: Finding, summary: str) -> Severity:
        """By the table of error types; a wrong amount, id or date is critical, another wrong detail is not."""
        return severity(finding, summary)

    def edit_prompts(
        self, call: Call, summary: str, findings: Sequence[Finding], n: int, profile: ModelProfile
    ) -> list[tuple[Prompt, Decoding]]:
        return edit_prompts(call, summary, findings, n, self.bounds, profile)

    def write(self, call: Call) -> str | None:
        """The summary that needs no model."""
        return write_summary(call)

    def doubts(self, call: Call, text: str) -> list[str]:
        """By the words that were said, and WordNet."""
        return evidence.doubts(call, text)

    def repair(self, call: Call, summary: str, findings: Sequence[Finding]) -> str | None:
        return repair(call, summary, findings)

    @property
    def repair_version(self) -> str:
        """Name and version of the repair rules."""
        return VERSION

    def canary(self, tenant: str) -> Subject:
        """A late parcel, and a summary with a refund that nobody gave."""
        return canary(tenant)


TASK: Task = CustomerService()
