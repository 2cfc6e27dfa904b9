"""Builds an analyzer: the one function that the service, the batch loop and the commands share."""

from __future__ import annotations

from collections.abc import Callable

from arf.analysis.analyzer import Analyzer
from arf.analysis.judge import Judge
from arf.inference.port import Model
from arf.kit.threads import Runner
from arf.tasks.base import Task
from arf.tasks.detection import SupportChecker
from arf.v1.finding_pb2 import Analysis


def wire_analyzer(
    task: Task,
    *,
    checker: str | None = None,
    judge: Model | None = None,
    runner: Runner | None = None,
    observe: Callable[[Analysis], None] = lambda _: None,
) -> Analyzer:
    """The task's detectors, plus an NLI or MiniCheck-type model and a judge if configured."""
    return Analyzer(
        task.detectors(_support(checker)),
        task.severity,
        None if judge is None else Judge(judge, task.judge),
        runner=runner,
        observe=observe,
    )


def _support(checker: str | None) -> SupportChecker | None:
    if checker is None:
        return None
    from arf.analysis.support.nli import NliChecker

    return NliChecker(checker)
