"""Finds what every room of ARF brings under one name: `store.py` its tables, `service.py` how it is run, and so on.

So nothing central lists the services: a folder that has such a module is found, and one that is gone is missed nowhere.
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
    """The modules `arf.ROOM.name` of all rooms that have one, sorted by room; nothing else of any room is imported."""
    rooms = {room.name: str(Path(folder, room.name)) for folder in arf.__path__ for room in iter_modules([folder])}
    for room, folder in sorted(rooms.items()):
        full_name = f"arf.{room}.{name}"
        if PathFinder.find_spec(full_name, [folder]) is not None:
            yield import_module(full_name)
