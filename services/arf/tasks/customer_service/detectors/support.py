"""FABRICATION or UNSUPPORTED_INFERENCE: a sentence with too little support in the call, by a support checker."""

from __future__ import annotations

from arf.tasks.customer_service.detectors.findings import finding
from arf.tasks.detection import Subject, SupportChecker
from arf.v1 import finding_pb2 as f
from arf.v1.finding_pb2 import ErrorType, Finding

UNLIKELY, DOUBTFUL = 0.2, 0.5
"""A sentence with support below these is considered fabricated, or only inferred."""


class Support:
    """Asks a checker for the support of every sentence."""

    types: frozenset[ErrorType] = frozenset({f.ERROR_TYPE_FABRICATION, f.ERROR_TYPE_UNSUPPORTED_INFERENCE})
    languages: frozenset[str] = frozenset()

    def __init__(self, checker: SupportChecker, unlikely: float = UNLIKELY, doubtful: float = DOUBTFUL) -> None:
        self._checker = checker
        self._unlikely, self._doubtful = unlikely, doubtful

    @property
    def id(self) -> str:
        """support:CHECKER@VERSION"""
        return f"support:{self._checker.id}"

    def detect(self, subject: Subject) -> list[Finding]:
        """One finding for each sentence with too little support."""
        scores = self._checker.support([s.text for s in subject.sentences], subject.call)
        return [
            finding(
                subject,
                f.ERROR_TYPE_FABRICATION if score < self._unlikely else f.ERROR_TYPE_UNSUPPORTED_INFERENCE,
                (sentence.start, sentence.end),
                because=f"The call supports this sentence with a probability of {score:.2f} only.",
                fix="Leave the sentence out, or say what the call says.",
                confidence=round(1 - score, 4),
            )
            for sentence, score in zip(subject.sentences, scores, strict=True)
            if score < self._doubtful
        ]
