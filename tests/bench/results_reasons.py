"""How a run's systems do on calls whose contact reasons occur in its training calls, and on the others."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from arf.calls.records import read
from arf.corpus.opening import open_corpus
from arf.kit.statistics import wilson
from arf.v1.evaluation_pb2 import Evaluation
from arf.v1.finding_pb2 import Analysis
from arf.v1.transcript_pb2 import Call


@dataclass(frozen=True)
class Share:
    """Of `n` summaries so many are error-free."""

    count: int
    n: int

    def __str__(self) -> str:
        if not self.n:
            return "-"
        low, high = wilson(self.count, self.n)
        return f"{self.count / self.n:.3f} [{low:.3f}, {high:.3f}]"


@dataclass(frozen=True)
class ByReason:
    """A system's error-free summaries of calls all of whose reasons were trained on, and of the rest."""

    known: Share
    new: Share


def by_reason(folder: Path, corpus: Path) -> Mapping[str, ByReason]:
    """By system; `folder` is a finished run on `corpus`, whose calls have gold."""
    calls = {call.id: call for call in open_corpus(corpus).calls}
    trained: set[str] = set().union(*(_reasons(calls[a.call_id]) for a in read(folder / "findings.jsonl", Analysis)))
    rows = list(read(folder / "evaluation.jsonl", Evaluation))
    found = {}
    for system in dict.fromkeys(row.system for row in rows):
        own = [row for row in rows if row.system == system]
        known = [row for row in own if _reasons(calls[row.call_id]) <= trained]
        found[system] = ByReason(_share(known), _share([row for row in own if row not in known]))
    return found


def _reasons(call: Call) -> set[str]:
    return {fact.value for fact in call.gold.facts if fact.slot == "reason"}


def _share(rows: Sequence[Evaluation]) -> Share:
    return Share(sum(row.metrics["error_free"] == 1 for row in rows), len(rows))
