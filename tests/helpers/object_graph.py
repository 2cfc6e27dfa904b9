"""What objects are made of: every plain value that is reached from one, by the way to it."""

from __future__ import annotations

import asyncio
import functools
import types
from collections import deque
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from enum import Enum
from pathlib import PurePath
from typing import Any

from pydantic import BaseModel, SecretStr

_PLAIN = (bool, int, float, complex, str, bytes, PurePath, date, timedelta, Enum)
# Of other packages, what settings are handed to; the rest is its own affair.
_FOREIGN: tuple[str, ...] = (
    "arf.",
    "tests.",
    "openai.",
    "httpx.",
    "httpcore.",
    "huggingface_hub.",
    "sqlalchemy.engine.",
    "sqlalchemy.pool.",
    "concurrent.futures.",
    "functools",
    "collections",
)


def values(root: object, held: tuple[type[BaseModel], ...] = ()) -> dict[str, str]:
    """The values reached from `root` through attributes, containers, closures and waiting tasks.

    Objects of settings are passed by: a value counts where it was handed to. Those of the types `held` are themselves
    what is handed over, and count as values.
    """
    found: dict[str, str] = {}
    for way, thing in _reached(root, held):
        plain = thing is None or isinstance(thing, _PLAIN) or type(thing) in held
        found[way if plain else f"{way}:"] = repr(thing) if plain else type(thing).__qualname__
    return found


def objects(root: object) -> list[Any]:
    """The objects reached from `root`, each once, in the same way."""
    return [thing for _, thing in _reached(root) if thing is not None and not isinstance(thing, _PLAIN)]


def _reached(root: object, held: tuple[type[BaseModel], ...] = ()) -> Iterator[tuple[str, object]]:
    seen: dict[int, object] = {}
    waiting: deque[tuple[str, object]] = deque([("", root)])
    while waiting:
        way, thing = waiting.popleft()
        if isinstance(thing, SecretStr):
            thing = thing.get_secret_value()
        if thing is None or isinstance(thing, _PLAIN) or type(thing) in held:
            yield way, thing
            continue
        if id(thing) in seen or isinstance(thing, BaseModel | type | types.ModuleType):
            continue
        seen[id(thing)] = thing
        yield way, thing
        waiting.extend((f"{way}.{name}", part) for name, part in _parts(thing))


def _parts(thing: Any) -> Iterator[tuple[str, object]]:
    if isinstance(thing, Mapping):
        yield from ((f"[{key!r}]", part) for key, part in thing.items())
    elif isinstance(thing, list | tuple | deque):
        yield from ((f"[{n}]", part) for n, part in enumerate(thing))
    elif isinstance(thing, set | frozenset):
        yield from ((f"[{n}]", part) for n, part in enumerate(sorted(thing, key=repr)))
    elif isinstance(thing, types.MethodType):
        yield "__self__", thing.__self__
        yield "__func__", thing.__func__
    elif isinstance(thing, types.FunctionType):
        yield "name", thing.__qualname__
        cells = zip(thing.__code__.co_freevars, thing.__closure__ or (), strict=True)
        yield from ((name, cell.cell_contents) for name, cell in cells if _is_set(cell))
        yield "defaults", thing.__defaults__
    elif isinstance(thing, functools.partial):
        yield from (("func", thing.func), ("args", thing.args), ("keywords", thing.keywords))
    elif isinstance(thing, asyncio.Task):
        frame = getattr(thing.get_coro(), "cr_frame", None)
        yield from (frame.f_locals if frame is not None else {}).items()
    elif type(thing).__module__.startswith(_FOREIGN):
        yield from getattr(thing, "__dict__", {}).items()
        slots = (name for kind in type(thing).__mro__ for name in _slots(kind))
        yield from ((name, getattr(thing, name)) for name in slots if hasattr(thing, name))


def _slots(kind: type) -> tuple[str, ...]:
    slots = kind.__dict__.get("__slots__", ())
    names = (slots,) if isinstance(slots, str) else tuple(slots)
    return tuple(name for name in names if name not in ("__dict__", "__weakref__"))


def _is_set(cell: types.CellType) -> bool:
    try:
        cell.cell_contents  # noqa: B018  # an empty cell raises
    except ValueError:
        return False
    return True
