"""Every setting that is a time has an end: what lies beyond is a mistake, and infinite a wait for ever."""

from __future__ import annotations

import importlib
from pathlib import Path

import pytest
from annotated_types import Le
from pydantic import BaseModel
from pydantic.fields import FieldInfo

import arf

ROOT = Path(next(iter(arf.__path__)))

NO_TIMES = ("requests_per_s", "tokens_per_s", "requests_burst", "tokens_burst", "temperature", "live_share")


def _fields() -> dict[str, FieldInfo]:
    """Every number with a fraction in a class of settings."""
    found = {}
    for path in ROOT.rglob("*settings.py"):
        if "ray_app" in path.parts:
            continue  # It needs packages of an environment of its own.
        module = importlib.import_module(".".join(["arf", *path.relative_to(ROOT).with_suffix("").parts]))
        for kind in vars(module).values():
            if isinstance(kind, type) and issubclass(kind, BaseModel) and kind.__module__ == module.__name__:
                fields = kind.model_fields.items()
                found |= {f"{kind.__name__}.{name}": info for name, info in fields if info.annotation is float}
    return {title: info for title, info in found.items() if title.partition(".")[2] not in NO_TIMES}


FIELDS = _fields()


def test_there_are_times_among_the_settings() -> None:
    assert {"StoreSettings.key_cache_ttl", "BusSettings.bus_session", "ServerSettings.grace_s"} <= FIELDS.keys()


@pytest.mark.parametrize("title", FIELDS)
def test_a_time_has_an_end(title: str) -> None:
    ends = [end.le for end in FIELDS[title].metadata if isinstance(end, Le)]
    assert ends and all(float(str(end)) <= 366 * 86_400 for end in ends), title
