"""The customer-service summary as the loop sees it: one Task object over prompts, detectors and repair rules."""

from __future__ import annotations

from collections.abc import Sequence

from arf.calls.prompt import Decoding, Prompt
from arf.calls.text import sentences
from arf.tasks.base import Bounds, JudgeQuestions, Task
from arf.tasks.customer_service import fields, judge, prompts
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

# Teacher and student get the same limit, or the comparison would be of limits; three sentences with ids need this many.
_DECODING = Decoding(max_new_tokens=72, stop=("\n",))


class CustomerService:
    """Two or three plain third-person sentences: why the customer came, what was done, what follows."""

    def __init__(self, student_words: int = prompts.STUDENT_WORDS) -> None:
        """`student_words` is how much of a call the student sees before its oldest turns fold."""
        self._student_words = student_words

    @property
    def name(self) -> str:
        """Folder name."""
        return "customer_service"

    @property
    def bounds(self) -> Bounds:
        """What a good summary keeps to."""
        return BOUNDS

    @property
    def decoding(self) -> Decoding:
        """Greedy, one line."""
        return _DECODING

    @property
    def judge(self) -> JudgeQuestions:
        """A question per error type that a judge can see."""
        return judge.QUESTIONS

    def teacher_prompt(self, call: Call) -> Prompt:
        """What the teacher is asked."""
        return prompts.teacher_prompt(call)

    def student_prompt(self, call: Call) -> Prompt:
        """What the student is asked: the one template of training, batch and live."""
        return prompts.student_prompt(call, self._student_words)

    def clean(self, completion: str) -> str:
        """The completion on one line, without the sentence that the limit cut off if a whole one stands before it."""
        text = " ".join(completion.split())
        found = sentences(text)
        if len(found) > 1 and not found[-1].text.rstrip("\"')]").endswith((".", "!", "?")):
            return text[: found[-2].end]
        return text

    def fields(self, summary: str) -> SummaryFields:
        """Reason, actions, outcome and next steps, each sentence in one of them."""
        return fields.from_text(summary)

    def detectors(self, support: SupportChecker | None = None) -> list[Detector]:
        """The deterministic detectors, then one on the support checker."""
        found = deterministic(self.bounds)
        return found if support is None else [*found, on_support(support)]

    def severity(self, finding: Finding, summary: str) -> Severity:
        """By the table of error types; a wrong amount, id or date is critical, another wrong detail is not."""
        return severity(finding, summary)

    def edit_prompts(
        self, call: Call, summary: str, findings: Sequence[Finding], n: int
    ) -> list[tuple[Prompt, Decoding]]:
        """`n` requests to the editor LLM."""
        return edit_prompts(call, summary, findings, n)

    def write(self, call: Call) -> str | None:
        """The summary that needs no model."""
        return write_summary(call)

    def repair(self, call: Call, summary: str, findings: Sequence[Finding]) -> str | None:
        """The revision that needs no model."""
        return repair(call, summary, findings)

    @property
    def repair_version(self) -> str:
        """Name and version of the repair rules."""
        return VERSION

    def canary(self, tenant: str) -> Subject:
        """A late parcel, and a summary with a refund that nobody gave."""
        return canary(tenant)


TASK: Task = CustomerService()
