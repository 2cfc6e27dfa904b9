"""Wires an analyser: the one function that the service, the batch loop and the commands share."""

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
    """The task's detectors, then an NLI or MiniCheck-type model by name, then a judge, where these are given."""
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
