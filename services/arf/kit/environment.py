"""Settings from the environment, with a wrong one named as the variable that it is."""

from __future__ import annotations

from typing import TypeVar

from pydantic import ValidationError
from pydantic_settings import BaseSettings, SettingsError

from arf.kit.errors import InvalidRecord

S = TypeVar("S", bound=BaseSettings)


def from_environment(kind: type[S]) -> S:
    """The settings of that kind. Raises InvalidRecord naming each variable that is wrong, never its value."""
    try:
        return kind()
    except SettingsError as error:
        raise InvalidRecord(f"{kind.model_config['env_prefix']}… settings", str(error)) from None
    except ValidationError as error:
        faults = error.errors(include_input=False, include_url=False, include_context=False)
        names = ", ".join(_variable(kind, fault["loc"]) for fault in faults)
        raise InvalidRecord(names, "; ".join(str(fault["msg"]) for fault in faults)) from None


def _variable(kind: type[BaseSettings], location: tuple[int | str, ...]) -> str:
    return f"{kind.model_config['env_prefix']}{location[0] if location else '…'}".upper()
