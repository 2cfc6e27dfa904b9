"""Bounds how work grows with a text: what is looked at is the growth, not the time.

Four times the text may take at most eight times as long.
"""

from __future__ import annotations

import importlib
import pkgutil
import re
import time
from collections.abc import Callable, Iterator
from types import ModuleType
from typing import Any

LONG, LONG_FOR_ONE_PATTERN = 20_000, 4_000
FLOOR = 0.05
"""Seconds below which growth is not looked at: what takes so little at full length cannot hurt."""


def patterns(package: ModuleType) -> dict[str, re.Pattern[str]]:
    """Every compiled pattern of a package by the name of its place, those in tables included, each once."""
    found: dict[str, re.Pattern[str]] = {}
    for info in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
        for name, value in vars(importlib.import_module(info.name)).items():
            if not name.startswith("__"):
                found |= {f"{info.name}.{name}{place}": pattern for place, pattern in _inside(value, 0)}
    return {name: pattern for pattern, name in {pattern: name for name, pattern in found.items()}.items()}


def _inside(value: Any, depth: int) -> Iterator[tuple[str, re.Pattern[str]]]:
    if isinstance(value, re.Pattern):
        yield "", value
    elif depth < 3 and isinstance(value, tuple | list | dict):
        parts = value.items() if isinstance(value, dict) else enumerate(value)
        for key, part in parts:
            yield from ((f"[{key}]{place}", pattern) for place, pattern in _inside(part, depth + 1))


def grows_too_fast(act: Callable[[str], object], unit: str, length: int, end: str = "") -> str | None:
    """What to say of an act whose time grows faster than the text of repeated units; None if it does not."""
    long, short = ((unit * size)[: size - len(end)] + end for size in (length, length // 4))
    for _ in range(4):  # A machine that is busy elsewhere makes single times long, never all of them.
        slow = _seconds(act, long)
        quick = min(_seconds(act, short) for _ in range(2))
        if slow <= max(FLOOR, 8 * quick):
            return None
    return f"{unit!r} {end!r}: {quick:.3f} s, then {slow:.3f} s"


def _seconds(act: Callable[[str], object], text: str) -> float:
    start = time.thread_time()
    act(text)
    return time.thread_time() - start
