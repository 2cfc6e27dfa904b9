"""Finds a task by name: a folder of this package whose `task` module has a TASK."""

from __future__ import annotations

import pkgutil
from importlib import import_module

from arf import tasks
from arf.kit.errors import NotFound
from arf.tasks.base import Task


def names() -> list[str]:
    """The tasks there are."""
    return sorted(module.name for module in pkgutil.iter_modules(tasks.__path__) if module.ispkg)


def load(name: str) -> Task:
    """The task of that name. Raises NotFound, naming those there are."""
    known = names()
    if name not in known:
        raise NotFound(f"task {name!r} is not known; there are: {', '.join(known)}")
    task: Task = import_module(f"arf.tasks.{name}.task").TASK
    return task
