"""The Task protocol: everything the loop needs to know about the kind of summary."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from arf.calls.prompt import Decoding, Prompt
from arf.inference.profile import ModelProfile
from arf.tasks.detection import Detector, Subject, SupportChecker
from arf.v1.finding_pb2 import ErrorType, Finding, Severity
from arf.v1.live_pb2 import SummaryFields
from arf.v1.transcript_pb2 import Call


@dataclass(frozen=True)
class Bounds:
    """Limits of a good summary: fewest and most words, longest run of words copied from a call."""

    min_words: int
    max_words: int
    max_copied_words: int


@dataclass(frozen=True)
class JudgeQuestions:
    """The instructions and questions for an LLM judge of this task's summaries.

    `rules` is the system message. `by_type` has a question for each error type that a judge can see; of `absent` the
    evidence is that no turn says it, so no turn need be named. `complete` says what a good summary has to hold.
    """

    rules: str
    by_type: Mapping[ErrorType, str]
    absent: frozenset[ErrorType]
    complete: str


class Task(Protocol):
    """One kind of summary: its prompts, its detectors, its repair rules, its bounds.

    Every task passes the contract suite in tests/unit/tasks/task_contract.py.
    """

    @property
    def name(self) -> str:
        """Folder name, e.g. customer_service."""

    @property
    def bounds(self) -> Bounds:
        """The limits of a good summary."""

    def decoding(self, profile: ModelProfile) -> Decoding:
        """Decoding parameters of teacher and student, for a model with that profile."""

    @property
    def judge(self) -> JudgeQuestions:
        """The LLM judge's instructions and questions."""

    def teacher_prompt(self, call: Call, profile: ModelProfile) -> Prompt:
        """The teacher's prompt; a call too long for the model is folded."""

    def student_prompt(self, call: Call, profile: ModelProfile) -> Prompt:
        """The student's prompt: one template for training, batch and live, folded like the teacher's."""

    def clean(self, completion: str) -> str:
        """The summary in a completion: stripped; nothing is added."""

    def fields(self, summary: str) -> SummaryFields:
        """The summary's structured fields; one that it does not state is empty."""

    def detectors(self, support: SupportChecker | None = None) -> list[Detector]:
        """The deterministic detectors, and one based on the support checker."""

    def severity(self, finding: Finding, summary: str) -> Severity:
        """How severe a finding on `summary` is, whoever found it: by its type and the words that it is about.

        A finding that has a severity keeps it: its detector knew more, e.g. that what is missing is the outcome.
        """

    def edit_prompts(
        self, call: Call, summary: str, findings: Sequence[Finding], n: int, profile: ModelProfile
    ) -> list[tuple[Prompt, Decoding]]:
        """`n` requests to the editor LLM for a revision: one instruction per error type with its evidence."""

    def write(self, call: Call) -> str | None:
        """A summary of the call by rules alone, within the bounds; None if the call says too little."""

    def doubts(self, call: Call, text: str) -> list[str]:
        """Why a candidate may be no summary of the call, by means that share nothing with `write` and `repair`."""

    def repair(self, call: Call, summary: str, findings: Sequence[Finding]) -> str | None:
        """A revision without a model; None if nothing is flagged or the call says too little."""

    @property
    def repair_version(self) -> str:
        """Name and version of the rules that write and repair summaries."""

    def canary(self, tenant: str) -> Subject:
        """A made-up call of the tenant with a wrong summary.

        A stage asks about it to find out whether what it depends on answers other calls than the one that fails.
        """
