"""What a detector is given, and what it and a support checker must do: the ports between tasks and analysis."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

from arf.kit.text import Sentence, sentences
from arf.v1.finding_pb2 import ErrorType, Finding
from arf.v1.transcript_pb2 import Call


@dataclass(frozen=True)
class Subject:
    """A summary held against its call: what a detector looks at."""

    call: Call
    summary: str

    @cached_property
    def sentences(self) -> list[Sentence]:
        """The summary's sentences."""
        return sentences(self.summary)


class Detector(Protocol):
    """Finds errors of one or more types. Deterministic ones give the same findings for the same subject."""

    @property
    def id(self) -> str:
        """name@version"""

    @property
    def types(self) -> frozenset[ErrorType]:
        """The error types it can see."""

    @property
    def languages(self) -> frozenset[str]:
        """BCP-47 primary languages it reads; empty for any."""

    def detect(self, subject: Subject) -> list[Finding]:
        """Its findings; `finding_id` and `detector` are filled in by the analyzer."""


class SupportChecker(Protocol):
    """Says how well a claim is supported by a call."""

    @property
    def id(self) -> str:
        """name@version"""

    def support(self, claims: Sequence[str], call: Call) -> list[float]:
        """A probability of support for each claim, from 0 to 1."""
