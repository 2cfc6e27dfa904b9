"""The Task protocol: everything the loop needs to know of what is being summarised."""

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
    """What a good summary keeps to: words at least and at most, longest run of words copied from a call."""

    min_words: int
    max_words: int
    max_copied_words: int


@dataclass(frozen=True)
class JudgeQuestions:
    """What an LLM judge is told and asked about summaries of this task.

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
        """What a good summary keeps to."""

    def decoding(self, profile: ModelProfile) -> Decoding:
        """How teacher and student decode, on a model of that profile."""

    @property
    def judge(self) -> JudgeQuestions:
        """What an LLM judge is told and asked."""

    def teacher_prompt(self, call: Call, profile: ModelProfile) -> Prompt:
        """What the teacher is asked; a call that is longer than its model reads well, or can, is folded."""

    def student_prompt(self, call: Call, profile: ModelProfile) -> Prompt:
        """What the student is asked: the one template of training, batch and live, folded as the teacher's is."""

    def clean(self, completion: str) -> str:
        """The summary in a completion: stripped; nothing is added."""

    def fields(self, summary: str) -> SummaryFields:
        """The parts of a summary that systems store; what it does not tell is empty."""

    def detectors(self, support: SupportChecker | None = None) -> list[Detector]:
        """The deterministic detectors, then one on the support checker."""

    def severity(self, finding: Finding, summary: str) -> Severity:
        """How severe a finding on `summary` is, whoever found it: by its type and the words that it is about.

        A finding that has a severity keeps it: its detector knew more, e.g. that what is missing is the outcome.
        """

    def edit_prompts(
        self, call: Call, summary: str, findings: Sequence[Finding], n: int, profile: ModelProfile
    ) -> list[tuple[Prompt, Decoding]]:
        """`n` requests to the editor LLM for a revision: one instruction per error type with its evidence."""

    def write(self, call: Call) -> str | None:
        """A summary of the call by rules alone, within the bounds; None where the call says too little."""

    def repair(self, call: Call, summary: str, findings: Sequence[Finding]) -> str | None:
        """The revision that needs no model; None where nothing is flagged or the call says too little."""

    @property
    def repair_version(self) -> str:
        """Name and version of the rules that write and repair."""

    def canary(self, tenant: str) -> Subject:
        """A made-up call of the tenant with a wrong summary.

        A stage asks about it to find out whether what it depends on answers other calls than the one that fails.
        """
