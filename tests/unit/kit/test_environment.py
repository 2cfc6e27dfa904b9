"""A wrong setting is told by the name of its variable, without its value."""

from __future__ import annotations

import os

import pytest
from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

from arf.kit.environment import from_environment, variables
from arf.kit.errors import InvalidRecord


class Some(BaseSettings):
    model_config = SettingsConfigDict(env_prefix="ARF_SOME_", frozen=True)

    needed: str
    threads: int = Field(default=1, ge=1)
    names: tuple[str, ...] = ()
    secret: SecretStr = Field(default=SecretStr("long enough"), min_length=8)


def _set(monkeypatch: pytest.MonkeyPatch, **variables: str) -> None:
    for name, value in variables.items():
        monkeypatch.setenv(f"ARF_SOME_{name}", value)


def test_settings_are_read_when_all_is_well(monkeypatch: pytest.MonkeyPatch) -> None:
    _set(monkeypatch, NEEDED="x", THREADS="3", NAMES='["a", "b"]')
    found = from_environment(Some)
    assert (found.needed, found.threads, found.names) == ("x", 3, ("a", "b"))


def test_every_wrong_variable_is_named_and_no_value(monkeypatch: pytest.MonkeyPatch) -> None:
    _set(monkeypatch, THREADS="0", SECRET="hunter2")
    with pytest.raises(InvalidRecord) as raised:
        from_environment(Some)
    assert raised.value.field.split(", ") == ["ARF_SOME_NEEDED", "ARF_SOME_THREADS", "ARF_SOME_SECRET"]
    assert "hunter2" not in str(raised.value)


def test_the_setting_is_named_when_it_is_not_the_json_that_it_should_be(monkeypatch: pytest.MonkeyPatch) -> None:
    _set(monkeypatch, NEEDED="x", NAMES="not json")
    with pytest.raises(InvalidRecord) as raised:
        from_environment(Some)
    assert raised.value.field == "ARF_SOME_NAMES"
    assert "not json" not in str(raised.value)


def test_given_variables_are_read_in_place_of_the_environments(monkeypatch: pytest.MonkeyPatch) -> None:
    _set(monkeypatch, NEEDED="the environment's", THREADS="3")
    assert from_environment(Some, {"ARF_SOME_NEEDED": "given"}).needed == "given"
    assert variables({"ARF_SOME_NEEDED": "recorded", "ARF_SOME_OTHER": "recorded"}) | os.environ == variables(
        {"ARF_SOME_OTHER": "recorded"}
    )
