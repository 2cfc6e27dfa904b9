"""Discovers the packages of ARF that have a module of some name: `store.py` for tables, `service.py` and so on.

So no central list names the services: a package with such a module is found, and one can be removed without a trace.
"""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from importlib.machinery import PathFinder
from pathlib import Path
from pkgutil import iter_modules
from types import ModuleType

import arf


def modules(name: str) -> Iterator[ModuleType]:
    """The modules `arf.PACKAGE.name` of all packages that have one, sorted; imports nothing else of the packages."""
    packages = {
        found.name: str(Path(folder, found.name)) for folder in arf.__path__ for found in iter_modules([folder])
    }
    for package, folder in sorted(packages.items()):
        full_name = f"arf.{package}.{name}"
        if PathFinder.find_spec(full_name, [folder]) is not None:
            yield import_module(full_name)
