"""Functions of the bug cases that reach into the project, as the project is now."""

from __future__ import annotations

from typing import Any

from arf.finetune import dataset as _dataset
from arf.inference.profile import ModelProfile

_build = _dataset.build_dataset


def _build_dataset(*args: Any, render: object = None, **settings: Any) -> Any:
    """The builder as the cases call it: with a renderer, which a dataset of messages no longer needs."""
    return _build(*args, **({"profile": ModelProfile()} | settings))


_dataset.build_dataset = _build_dataset


def analyze(made: Any, summary: str) -> Any:
    """The deterministic detectors' analysis."""
    import asyncio

    from arf.analysis.wiring import wire_analyzer
    from arf.tasks.registry import load

    return asyncio.run(wire_analyzer(load("customer_service")).analyze(made, summary))


def edited(made: Any, summary: str) -> tuple[str, str]:
    """Decision and text of the editor with its repair rules alone."""
    import asyncio

    from arf.analysis.wiring import wire_analyzer
    from arf.editor.revise import Editor
    from arf.editor.targets import FixedTargets
    from arf.tasks.registry import load
    from arf.v1.revision_pb2 import Decision

    task = load("customer_service")
    editor = Editor(task, wire_analyzer(task), None, FixedTargets())
    (revision,) = asyncio.run(editor.revise_batch([(made, summary, analyze(made, summary))]))
    return Decision.Name(revision.decision).removeprefix("DECISION_"), revision.text
