"""The Task protocol: everything the loop needs to know of what is being summarised."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from arf.calls.prompt import Decoding, Prompt
from arf.tasks.detection import Detector, SupportChecker
from arf.v1.finding_pb2 import Finding
from arf.v1.transcript_pb2 import Call


@dataclass(frozen=True)
class Bounds:
    """What a good summary keeps to: words at least and at most, longest run of words copied from a call."""

    min_words: int
    max_words: int
    max_copied_words: int


class Task(Protocol):
    """One kind of summary: its prompts, its detectors, its repair rules, its bounds."""

    @property
    def name(self) -> str:
        """Folder name, e.g. customer_service."""

    @property
    def bounds(self) -> Bounds:
        """What a good summary keeps to."""

    @property
    def decoding(self) -> Decoding:
        """How teacher and student decode."""

    def teacher_prompt(self, call: Call) -> Prompt:
        """What the teacher is asked."""

    def student_prompt(self, call: Call) -> Prompt:
        """What the student is asked: the one template of training, batch and live."""

    def clean(self, completion: str) -> str:
        """The summary in a completion: stripped; nothing is added."""

    def detectors(self, support: SupportChecker | None = None) -> list[Detector]:
        """The deterministic detectors, then one on the support checker."""

    def edit_prompts(
        self, call: Call, summary: str, findings: Sequence[Finding], n: int
    ) -> list[tuple[Prompt, Decoding]]:
        """`n` requests to the editor LLM for a revision: one instruction per error type with its evidence."""

    def repair(self, call: Call, summary: str, findings: Sequence[Finding]) -> str | None:
        """The revision that needs no model, written from what the call's slots say; None where they say too little."""

    @property
    def repair_version(self) -> str:
        """Name and version of the repair rules."""
