"""Settings from the environment."""

from __future__ import annotations

import pytest

from arf.kit.errors import InvalidRecord
from arf.kit.loopback import is_loopback
from arf.kit.server.settings import ServerSettings
from arf.kit.server.spec import services


def test_every_service_has_its_port_and_one_machine_can_run_them_all() -> None:
    ports = {spec.name: ServerSettings.of(spec.name, spec.port).port for spec in services()}
    assert ports.items() >= {"teacher": 50051, "analysis": 50052, "editor": 50053}.items()
    assert len(set(ports.values())) == len(ports)


def test_what_a_service_needs_is_a_service() -> None:
    names = {spec.name for spec in services()}
    assert all(set(spec.needs) <= names for spec in services())


def test_a_services_own_variable_wins_over_the_common_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ARF_GRACE_S", "5")
    monkeypatch.setenv("ARF_TEACHER_GRACE_S", "7")
    monkeypatch.setenv("ARF_PORT", "1234")

    assert ServerSettings.of("teacher").grace_s == 7
    assert ServerSettings.of("editor").grace_s == 5
    assert ServerSettings.of("editor").port == 1234


def test_what_is_given_wins_over_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ARF_TEACHER_ROLE", "api")

    assert ServerSettings.of("teacher").role == "api"
    assert ServerSettings.of("teacher", role="worker").role == "worker"


def test_weights_are_a_json_object(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ARF_TENANT_WEIGHTS", '{"acme": 3}')

    assert ServerSettings.of("teacher").tenant_weights == {"acme": 3}


@pytest.mark.parametrize(
    ("variables", "named"),
    [
        ({"ARF_MAX_MESSAGE_BYTES": "4MB"}, "ARF_MAX_MESSAGE_BYTES"),
        ({"ARF_TEACHER_PORT": "99999"}, "ARF_TEACHER_PORT: "),
        ({"ARF_PORT": "99999", "ARF_TEACHER_GRACE_S": "-1"}, "ARF_PORT, ARF_TEACHER_GRACE_S: "),
        ({"ARF_TENANT_WEIGHTS": "{"}, "ARF_TENANT_WEIGHTS: "),
        ({"ARF_TEACHER_TENANT_WEIGHTS": "{"}, "ARF_TEACHER_TENANT_WEIGHTS: "),
        ({"ARF_TLS_KEY": "key.pem"}, "TLS_CERT and TLS_KEY"),
        ({"ARF_TLS_CLIENT_CA": "ca.pem"}, "TLS_CLIENT_CA needs"),
        ({"ARF_HOST": "0.0.0.0"}, "JWKS_FILE"),
        ({"ARF_HOST": "::"}, "JWKS_FILE"),
        ({"ARF_HOST": "teacher.internal"}, "JWKS_FILE"),
    ],
)
def test_a_bad_setting_is_refused_and_its_variable_named(
    monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], named: str
) -> None:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)

    with pytest.raises(InvalidRecord, match=named):
        ServerSettings.of("teacher")


def test_any_address_will_do_when_tokens_are_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ARF_JWKS_FILE", "jwks.json")
    monkeypatch.setenv("ARF_HOST", "0.0.0.0")

    assert ServerSettings.of("teacher").host == "0.0.0.0"


@pytest.mark.parametrize(
    ("host", "loopback"),
    [
        ("127.0.0.1", True), ("127.8.8.8", True), ("::1", True), ("[::1]", True), ("localhost", True),
        ("0.0.0.0", False), ("::", False), ("10.0.0.1", False), ("localhost.example.com", False), ("", False),
    ],
)  # fmt: skip
def test_only_this_machine_is_loopback(host: str, loopback: bool) -> None:
    assert is_loopback(host) is loopback
