"""The layout of a run folder."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

STUDENTS = ("distilled", "arf")
"""The two students, trained on the raw teacher summaries (plain distillation) and on the accepted revisions."""


@dataclass(frozen=True)
class RunFolder:
    """Paths below one run's folder."""

    root: Path

    @property
    def config(self) -> Path:
        """The run's configuration."""
        return self.root / "run.json"

    @property
    def lock(self) -> Path:
        """Held by the process that works on the run."""
        return self.root / "run.lock"

    @property
    def teacher(self) -> Path:
        """CallSummary per call."""
        return self.root / "teacher.jsonl"

    @property
    def findings(self) -> Path:
        """Analysis per training call."""
        return self.root / "findings.jsonl"

    @property
    def profile(self) -> Path:
        """The error profile."""
        return self.root / "profile.json"

    @property
    def revisions(self) -> Path:
        """Revision per training call."""
        return self.root / "revisions.jsonl"

    def dataset(self, student: str) -> Path:
        """A student's training data."""
        return self.root / "dataset" / student

    def adapter(self, student: str) -> Path:
        """A student's LoRA adapter."""
        return self.root / "adapters" / student

    def work(self, student: str) -> Path:
        """A training's checkpoints, deleted when it is done."""
        return self.root / "work" / student

    def summaries(self, system: str) -> Path:
        """CallSummary per held-out call by one system."""
        return self.root / "summaries" / f"{system}.jsonl"

    @property
    def ratings(self) -> Path:
        """Rating per distinct summary of a held-out call, if there is a judge."""
        return self.root / "ratings.jsonl"

    @property
    def evaluation(self) -> Path:
        """Evaluation per system and held-out call."""
        return self.root / "evaluation.jsonl"

    @property
    def resources(self) -> Path:
        """Seconds by stage and peak memory, over all processes of the run."""
        return self.root / "resources.json"

    @property
    def report(self) -> Path:
        """report.json"""
        return self.root / "report.json"

    @property
    def page(self) -> Path:
        """report.html"""
        return self.root / "report.html"
