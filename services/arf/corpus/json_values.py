"""Checks of JSON values that do not depend on the call format."""

from __future__ import annotations

import math
from typing import Any

from arf.kit.errors import InvalidRecord

MAX_DEPTH = 32
"""Objects within objects; protobuf itself stops at 100 levels, two of them for each level of JSON."""


def limited_text(value: Any, place: str, limit: int) -> str:
    """The value as a string of at most `limit` characters. Raises InvalidRecord naming `place`."""
    if value is None:
        raise InvalidRecord(place, "missing")
    if not isinstance(value, str):
        raise InvalidRecord(place, f"a string is needed, not {kind_of(value)}")
    if len(value) > limit:
        raise InvalidRecord(place, f"{len(value)} characters; at most {limit} are allowed")
    return value


def check_plain(value: Any, place: str, depth: int) -> None:
    """Rejects what JSON allows but records cannot hold: lone surrogates, infinity, excessive nesting."""
    if isinstance(value, str):
        if any("\ud800" <= c <= "\udfff" for c in value):
            raise InvalidRecord(place or "line", "half a surrogate pair, which is no character")
    elif isinstance(value, (int, float)):
        if not math.isfinite(_as_float(value)):
            raise InvalidRecord(place, "number out of range")
    elif depth > MAX_DEPTH:
        raise InvalidRecord(place, f"nested more than {MAX_DEPTH} levels deep")
    elif isinstance(value, list):
        for i, item in enumerate(value):
            check_plain(item, f"{place}[{i}]", depth + 1)
    elif isinstance(value, dict):
        for key, item in value.items():
            inner = f"{place}.{printable(key)}" if place else printable(key)
            check_plain(key, inner, depth + 1)
            check_plain(item, inner, depth + 1)


def _as_float(value: float) -> float:
    try:
        return float(value)
    except OverflowError:
        return math.inf


def printable(name: str) -> str:
    """A name from the input, made safe and short enough to print."""
    return name[:200].encode("unicode_escape").decode("ascii")


def kind_of(value: Any) -> str:
    """The kind of a JSON value, in words."""
    names = {bool: "a boolean", int: "a number", float: "a number", str: "a string", list: "a list", dict: "an object"}
    return names.get(type(value), "null")
