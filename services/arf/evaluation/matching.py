"""The port to a task's gold matcher, in the folder of arf/evaluation/matchers with the task's name. Tasks without gold
need none.
"""

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

    `verdicts` has one entry per judged statement, including errors of omission, copying and form. `key_facts` and
    `covered` are fact ids; a fact in `covered` is stated correctly.
    """

    verdicts: tuple[ClaimVerdict, ...]
    key_facts: frozenset[str]
    covered: frozenset[str]

    @property
    def errors(self) -> frozenset[ErrorType]:
        """The types of the summary's errors."""
        return frozenset(v.error for v in self.verdicts if v.error != NO_ERROR)

    @property
    def error_free(self) -> bool:
        """Nothing unsupported or contradicted, nothing required missing, nothing copied, form correct."""
        return not self.errors

    @property
    def unsupported(self) -> int:
        """The number of statements that the call does not support."""
        beyond = (ErrorType.ERROR_TYPE_OMISSION, ErrorType.ERROR_TYPE_REDUNDANCY, ErrorType.ERROR_TYPE_FORMAT)
        return sum(v.error not in (NO_ERROR, *beyond) for v in self.verdicts)

    @property
    def key_fact_recall(self) -> float:
        """The share of the key facts that the summary covers; 1 if the call has none."""
        return len(self.covered & self.key_facts) / len(self.key_facts) if self.key_facts else 1.0


class Matcher(Protocol):
    """Compares summaries of one task with gold facts, sharing nothing with what guided the revisions."""

    @property
    def explanations(self) -> Mapping[str, str]:
        """What a metric counts for this task, by the metric's name, where the general wording is too vague."""

    def match(self, call: Call, summary: str) -> MatchResult:
        """The verdicts on a summary of the call. Raises InvalidRecord if the call has no gold facts."""

    def content(self, text: str) -> list[str]:
        """The text's informative words, in lower case."""


def matcher_for(task: str) -> Matcher | None:
    """The matcher of a task by its name, or None."""
    if task not in {module.name for module in pkgutil.iter_modules(matchers.__path__)}:
        return None
    found: Matcher = import_module(f"{matchers.__name__}.{task}").MATCHER
    return found
