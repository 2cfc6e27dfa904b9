"""Finds a task by name: a folder of this package, or another package, whose `task` module has a TASK."""

from __future__ import annotations

import pkgutil
from importlib import import_module
from importlib.util import find_spec

from arf import tasks
from arf.kit.errors import NotFound
from arf.tasks.base import Task


def names() -> list[str]:
    """The tasks that come with ARF."""
    return sorted(module.name for module in pkgutil.iter_modules(tasks.__path__) if module.ispkg)


def load(name: str) -> Task:
    """The task of that name; one with a dot is the import path of a package, e.g. `acme.claims`.

    Raises NotFound, naming those that come with ARF.
    """
    known = names()
    package = f"{tasks.__name__}.{name}" if name in known else name
    if (name not in known and "." not in name.strip(".")) or not _has_task(package):
        raise NotFound(
            f"task {name!r} is not known; there are: {', '.join(known)}, and any package with a task module by its "
            "import path"
        )
    task: Task = import_module(f"{package}.task").TASK
    return task


def _has_task(package: str) -> bool:
    try:
        return find_spec(f"{package}.task") is not None
    except (ImportError, ValueError):
        # The package itself is missing, or the name is not a package.
        return False
