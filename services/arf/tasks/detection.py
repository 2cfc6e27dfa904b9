"""The ports between tasks and analysis: what a detector gets, and what detectors and support checkers must do."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

from arf.calls.text import Sentence, sentences, words
from arf.v1.finding_pb2 import ErrorType, Finding
from arf.v1.transcript_pb2 import Call

_ENGLISH = frozenset(
    ("the", "to", "and", "that", "for", "with", "they", "their", "were", "has", "by", "from", "it", "not", "because")
)
"""Words of which an English text of so many words has one, and texts of its neighbours have none."""
_TELLING = 8


@dataclass(frozen=True)
class Subject:
    """A summary together with its call, as a detector gets them."""

    call: Call
    summary: str

    @cached_property
    def language(self) -> str:
        """The call's primary language; "und" where it is said to be English and the summary has no English in it."""
        stated = (self.call.language or "en").split("-")[0].lower()
        said = words(self.summary)
        foreign = stated == "en" and len(said) >= _TELLING and _ENGLISH.isdisjoint(said)
        return "und" if foreign else stated

    @cached_property
    def sentences(self) -> list[Sentence]:
        """The summary's sentences."""
        return sentences(self.summary)


def finding_id(subject: Subject, finding: Finding) -> str:
    """The id of an otherwise complete finding: a hash of where it is and which detector found it."""
    call = subject.call
    what = (finding.detector, finding.type, finding.start, finding.end, finding.explanation)
    # Ids cannot contain the separator, so different lists of parts never give the same text.
    parts = (call.tenant, call.id, subject.summary, *what)
    return hashlib.sha256("\x1f".join(map(str, parts)).encode()).hexdigest()[:20]


def place(finding: Finding) -> tuple[int, int, int, int, str]:
    """The sort key of an Analysis' findings."""
    return finding.sentence, finding.start, finding.end, finding.type, finding.explanation


class Detector(Protocol):
    """Finds errors of one or more types. Deterministic ones give the same findings for the same subject."""

    @property
    def id(self) -> str:
        """name@version"""

    @property
    def types(self) -> frozenset[ErrorType]:
        """The error types it can find."""

    @property
    def languages(self) -> frozenset[str]:
        """BCP-47 primary languages that it supports; empty for any."""

    def detect(self, subject: Subject) -> list[Finding]:
        """Its findings; `finding_id` and `detector` are filled in by the analyzer."""


class SupportChecker(Protocol):
    """Judges how well a call supports a claim."""

    @property
    def id(self) -> str:
        """name@version"""

    def support(self, claims: Sequence[str], call: Call) -> list[float]:
        """The probability of support for each claim, from 0 to 1."""
