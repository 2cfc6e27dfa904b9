"""The editor of a service: the same revisions, counted."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from arf.calls.records import short_name
from arf.editor import metrics as names
from arf.editor.ports import Analyzer
from arf.editor.revise import Editor, Item, Progress
from arf.inference.ports import Engine
from arf.kit.metrics import Metrics
from arf.tasks.base import Task
from arf.v1.finding_pb2 import ErrorType
from arf.v1.revision_pb2 import CandidateSource, Decision, Revision


class MeasuredEditor(Editor):
    """An Editor that counts revisions by decision, and candidates by source and by whether they passed."""

    def __init__(
        self,
        metrics: Metrics,
        task: Task,
        analyzer: Analyzer,
        engine: Engine | None,
        candidates: int = 2,
        *,
        repair: bool = True,
        targets: Iterable[ErrorType] | None = None,
        redaction: bool = False,
    ) -> None:
        super().__init__(task, analyzer, engine, candidates, repair=repair, targets=targets, redaction=redaction)
        self._revisions = metrics.counter(names.REVISIONS)
        self._candidates = metrics.counter(names.CANDIDATES)

    def revise_batch(self, items: Sequence[Item], progress: Progress | None = None) -> list[Revision]:
        """One revision an item, in their order."""
        revisions = super().revise_batch(items, progress)
        for revision in revisions:
            self._revisions.labels(short_name(Decision.DESCRIPTOR, revision.decision).lower()).inc()
            for candidate in revision.candidates:
                source = short_name(CandidateSource.DESCRIPTOR, candidate.source).lower()
                self._candidates.labels(source, "passed" if candidate.passed else "failed").inc()
        return revisions
