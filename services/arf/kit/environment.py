"""Settings from the environment, with a wrong one named as the variable that it is."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TypeVar

from pydantic import ValidationError
from pydantic_settings import BaseSettings, SettingsError

from arf.kit.errors import InvalidRecord

S = TypeVar("S", bound=BaseSettings)


def from_environment(kind: type[S]) -> S:
    """The settings of that kind. Raises InvalidRecord naming each variable that is wrong, never its value."""
    with naming(kind):
        return kind()


@contextmanager
def naming(kind: type[BaseSettings]) -> Iterator[None]:
    """Turns what pydantic raises within, where settings of that kind are made, into the InvalidRecord that they say."""
    prefix = kind.model_config["env_prefix"]
    try:
        yield
    except SettingsError as error:
        raise InvalidRecord(f"{prefix}… settings", str(error)) from None
    except ValidationError as error:
        faults = error.errors(include_input=False, include_url=False, include_context=False)
        nested = kind.model_config.get("env_nested_delimiter") or ""
        names = ", ".join(f"{prefix}{_name(fault['loc'], nested)}".upper() for fault in faults)
        raise InvalidRecord(names, "; ".join(str(fault["msg"]) for fault in faults)) from None


def _name(place: tuple[int | str, ...], nested: str) -> str:
    """What names the variable, after the prefix, that sets what is at `place`; of a nested value, its own one."""
    if not place:
        return "…"
    return nested.join(map(str, place[:2] if nested else place[:1]))
