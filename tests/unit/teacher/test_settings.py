from __future__ import annotations

import json

import pytest
from pydantic import SecretStr

from arf.inference.settings import http_proxy
from arf.kit.environment import from_environment
from arf.kit.errors import InvalidRecord
from arf.teacher.settings import TeacherSettings, UpstreamSettings


def test_local_model_is_the_upstream_when_nothing_is_set() -> None:
    (upstream,) = from_environment(TeacherSettings).upstreams
    assert (upstream.kind, upstream.name) == ("local", "local")


def test_upstreams_are_read_in_their_order_and_keys_are_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    given = [
        {
            "name": "gpt",
            "kind": "openai",
            "model": "gpt-3.5-turbo",
            "url": "https://api.example.com/v1",
            "api_key": "sk-1",
        },
        {"name": "own", "kind": "tgi", "model": "llama", "url": "http://tgi:8080"},
    ]
    monkeypatch.setenv("ARF_TEACHER_UPSTREAMS", json.dumps(given))
    settings = from_environment(TeacherSettings)
    assert [upstream.name for upstream in settings.upstreams] == ["gpt", "own"]
    assert "sk-1" not in repr(settings)


@pytest.mark.parametrize(
    "upstream",
    [
        {"name": "x", "kind": "openai"},
        {"name": "x", "kind": "local", "url": "http://there/v1"},
        {"name": "No Label", "kind": "local"},
        {"name": "x", "kind": "local", "colour": "red"},
        {"name": "x", "kind": "openai", "url": "ftp://there"},
    ],
)
def test_wrong_upstream_is_named_by_its_variable(monkeypatch: pytest.MonkeyPatch, upstream: dict[str, str]) -> None:
    monkeypatch.setenv("ARF_TEACHER_UPSTREAMS", json.dumps([upstream]))
    with pytest.raises(InvalidRecord, match="ARF_TEACHER_UPSTREAMS"):
        from_environment(TeacherSettings)


def test_proxy_of_the_environment_is_used_unless_the_host_is_exempt(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("https_proxy", "http://proxy:3128")
    monkeypatch.setenv("no_proxy", "inside.example.com")
    assert http_proxy("https://api.example.org/v1") == "http://proxy:3128"
    assert http_proxy("https://inside.example.com/v1") is None
    assert http_proxy("") is None


@pytest.mark.parametrize("host", ["localhost:8000", "127.0.0.1:8000", "[::1]:8000"])
def test_no_proxy_stands_before_this_machine(monkeypatch: pytest.MonkeyPatch, host: str) -> None:
    monkeypatch.setenv("http_proxy", "http://proxy:3128")
    monkeypatch.delenv("no_proxy", raising=False)
    assert http_proxy(f"http://{host}/v1") is None


def test_upstream_without_a_key_has_the_teachers() -> None:
    own = UpstreamSettings.model_validate(
        {"kind": "openai", "url": "https://there/v1", "api_key": "own", "window": 4096}
    )
    without = UpstreamSettings(kind="tgi", url="http://there", model="m")
    given = SecretStr("shared")
    assert own.with_key(given).api_key.get_secret_value() == "own"
    assert own.with_key(given).window == 4096
    assert without.with_key(given).api_key.get_secret_value() == "shared"
    assert (without.spec, UpstreamSettings(model="a-model").spec) == ("tgi+http://there#m", "a-model")
