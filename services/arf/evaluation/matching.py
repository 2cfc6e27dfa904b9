"""The gold matcher of a task: a folder of arf/evaluation/matchers of the task's name. Without gold none is needed."""

from __future__ import annotations

import pkgutil
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import Protocol

from arf.evaluation import matchers
from arf.v1.evaluation_pb2 import ClaimVerdict
from arf.v1.finding_pb2 import ErrorType
from arf.v1.transcript_pb2 import Call

NO_ERROR = ErrorType.ERROR_TYPE_UNSPECIFIED


@dataclass(frozen=True)
class MatchResult:
    """The verdicts on a summary.

    `verdicts` has one entry for each statement that was judged, errors of omission, copying and form included.
    `key_facts` and `covered` are fact ids; a fact of `covered` is stated rightly.
    """

    verdicts: tuple[ClaimVerdict, ...]
    key_facts: frozenset[str]
    covered: frozenset[str]

    @property
    def errors(self) -> frozenset[ErrorType]:
        """The types of error that the summary has."""
        return frozenset(v.error for v in self.verdicts if v.error != NO_ERROR)

    @property
    def error_free(self) -> bool:
        """Nothing unsupported or contradicted, nothing missing that must be told, nothing copied, form kept."""
        return not self.errors

    @property
    def unsupported(self) -> int:
        """How many statements the call does not bear out."""
        beyond = (ErrorType.ERROR_TYPE_OMISSION, ErrorType.ERROR_TYPE_REDUNDANCY, ErrorType.ERROR_TYPE_FORMAT)
        return sum(v.error not in (NO_ERROR, *beyond) for v in self.verdicts)

    @property
    def key_fact_recall(self) -> float:
        """The share of the key facts that the summary covers; 1 where the call has none."""
        return len(self.covered & self.key_facts) / len(self.key_facts) if self.key_facts else 1.0


class Matcher(Protocol):
    """Holds summaries of one task against gold facts. It shares nothing with what guided the revisions."""

    @property
    def explanations(self) -> Mapping[str, str]:
        """What a metric counts for this task, by the metric's name, where the general words say too little."""

    def match(self, call: Call, summary: str) -> MatchResult:
        """What gold says of a summary of the call. Raises InvalidRecord if the call has no gold facts."""

    def content(self, text: str) -> list[str]:
        """The words of a text that say something of their own, in lower case."""


def matcher_for(task: str) -> Matcher | None:
    """The matcher of a task by its name; None where there is none."""
    if task not in {module.name for module in pkgutil.iter_modules(matchers.__path__)}:
        return None
    found: Matcher = import_module(f"{matchers.__name__}.{task}").MATCHER
    return found
