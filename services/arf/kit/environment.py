"""Settings from environment variables; errors name the wrong variable. Nothing else reads the environment."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, TypeVar

from pydantic import ValidationError
from pydantic_settings import BaseSettings, EnvSettingsSource, SettingsError
from pydantic_settings.sources.utils import parse_env_vars

from arf.kit.errors import InvalidRecord

S = TypeVar("S", bound=BaseSettings)

Variables = Mapping[str, str]


def variables(recorded: Variables | None = None) -> dict[str, str]:
    """This process's environment variables, and those of `recorded` that are not set in it."""
    return {**(recorded or {}), **os.environ}


def from_environment(kind: type[S], given: Variables | None = None) -> S:
    """Settings of that kind from the environment, or from the `given` variables instead.

    Raises InvalidRecord naming each variable that is wrong, never its value.
    """
    with naming(kind):
        return kind(**values(kind, given))


def values(kind: type[BaseSettings], given: Variables | None = None, prefix: str | None = None) -> dict[str, Any]:
    """The values of the kind's fields, not yet validated; `prefix` replaces the kind's own."""
    return _Source(kind, variables() if given is None else given, prefix)()


@contextmanager
def naming(kind: type[BaseSettings], prefix_of: Callable[[str], str] | None = None) -> Iterator[None]:
    """Turns pydantic's errors while settings of that kind are made into an InvalidRecord that names the variables.

    `prefix_of` gives the prefix of a field's variable, if it is not always the kind's.
    """
    prefix, nested = kind.model_config["env_prefix"], kind.model_config.get("env_nested_delimiter") or ""
    prefix_of = prefix_of or (lambda field: prefix)
    try:
        yield
    except SettingsError as error:
        # pydantic names the field only in a sentence.
        found = re.search(r'field "(\w+)"', str(error))
        field = found[1] if found else "…"
        raise InvalidRecord(f"{prefix_of(field)}{field}".upper(), "is not valid JSON") from None
    except ValidationError as error:
        faults = error.errors(include_input=False, include_url=False, include_context=False)
        names = ", ".join(_name(fault["loc"], prefix_of, nested) for fault in faults)
        raise InvalidRecord(names, "; ".join(str(fault["msg"]) for fault in faults)) from None


def _name(place: tuple[int | str, ...], prefix_of: Callable[[str], str], nested: str) -> str:
    """The variable that sets the value at `place`; a nested value has its own."""
    if not place:
        return f"{prefix_of('')}…"
    parts = place[:2] if nested else place[:1]
    return (prefix_of(str(place[0])) + nested.join(map(str, parts))).upper()


class _Source(EnvSettingsSource):
    """A settings source that reads given variables as pydantic reads the environment."""

    def __init__(self, kind: type[BaseSettings], given: Variables, prefix: str | None) -> None:
        self._given = given
        super().__init__(kind, env_prefix=prefix)

    def _load_env_vars(self) -> Mapping[str, str | None]:
        return parse_env_vars(self._given, self.case_sensitive, self.env_ignore_empty, self.env_parse_none_str)
