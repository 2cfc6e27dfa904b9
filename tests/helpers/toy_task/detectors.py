"""What may be wrong with a list of plans."""

from __future__ import annotations

from arf.tasks.detection import Subject
from arf.v1.finding_pb2 import ErrorType, Finding
from tests.helpers.toy_task.rules import plans_in, plans_of


class Invented:
    """Sees plans that nobody has."""

    id = "invented@1"
    types: frozenset[ErrorType] = frozenset({ErrorType.ERROR_TYPE_FABRICATION})
    languages: frozenset[str] = frozenset()

    def detect(self, subject: Subject) -> list[Finding]:
        real = plans_of(subject.call)
        return [
            Finding(
                type=ErrorType.ERROR_TYPE_FABRICATION,
                sentence=s.index,
                start=s.start,
                end=s.end,
                explanation="Nobody has this plan.",
                confidence=0.9,
            )
            for s in subject.sentences
            if s.text not in real
        ]


class Forgotten:
    """Sees that a plan is missing."""

    id = "forgotten@1"
    types: frozenset[ErrorType] = frozenset({ErrorType.ERROR_TYPE_OMISSION})
    languages: frozenset[str] = frozenset()

    def detect(self, subject: Subject) -> list[Finding]:
        told = plans_in(subject.summary)
        return [
            Finding(type=ErrorType.ERROR_TYPE_OMISSION, sentence=-1, explanation=f"missing: {plan}", confidence=0.9)
            for plan in plans_of(subject.call)
            if plan not in told
        ]
